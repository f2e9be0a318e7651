package org.patientsapi.command;

import java.time.Clock;
import java.util.Optional;
import org.axonframework.messaging.correlation.CorrelationDataProvider;
import org.axonframework.messaging.correlation.SimpleCorrelationDataProvider;
import org.axonframework.modelling.command.Repository;
import org.patientsapi.api.DistinctPerson;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.platform.audit.Access;
import org.patientsapi.platform.audit.AccessLedger;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.patientsapi.platform.observability.Traces;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.values.InvalidFields;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.scheduling.annotation.EnableScheduling;

/** How commands reach the aggregate. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class CommandSideConfiguration {

    /** What is known of the caller goes from the command to every event that it causes. */
    @Bean
    static CorrelationDataProvider callerOnEveryEvent() {
        return new SimpleCorrelationDataProvider(
                Caller.CLIENT, Caller.SUBJECT, Caller.BRANCH, Caller.REQUEST_ID, Caller.SOURCE, Traces.TRACEPARENT);
    }

    @Bean
    RecordedVisits recordedVisits(PatientHistory history) {
        return history::visitsAt;
    }

    @Bean
    Disclosures disclosures(AccessLedger ledger, Clock clock) {
        return (patientId, version, caller) ->
                ledger.recordInTransaction(Access.read(caller, clock.instant(), patientId, version));
    }

    @Bean
    Mothers mothers(PatientHistory history, Disclosures disclosures) {
        return (motherId, caller) -> {
            PatientProfile mother = Optional.of(motherId)
                    .filter(id -> history.maySee(caller.branches(), id))
                    .flatMap(history::profile)
                    .filter(profile -> caller.branches().covers(profile.branchId()))
                    .orElseThrow(() ->
                            new InvalidFields("newborn.mother_id", "unknown_patient", "There is no such patient."));
            disclosures.unchanged(motherId, null, caller);
            return mother;
        };
    }

    @Bean
    KnownDistinctPeople knownDistinctPeople(@Lazy Repository<Patient> patients) {
        return new KnownDistinctPeople() {
            @Override
            public Optional<PatientProfile> lock(String patientId) {
                return patients.load(patientId).invoke(Patient::profile);
            }

            @Override
            public void tell(String patientId, DistinctPerson newcomer) {
                patients.load(patientId).execute(patient -> patient.isDistinctFrom(newcomer));
            }
        };
    }
}
