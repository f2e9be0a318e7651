package org.patientsapi.command;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.HashMap;
import java.util.Map;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Erasure;
import org.patientsapi.api.PatientCommand;
import org.patientsapi.api.PatientCommand.ErasePatient;
import org.patientsapi.api.Refusal.DuplicatePatient;
import org.patientsapi.api.Refusal.PatientNotFound;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.api.Refusal.VisitConflict;
import org.patientsapi.platform.audit.RefusedByRecord;
import org.patientsapi.platform.erasure.Erasures;
import org.patientsapi.platform.observability.Traces;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.values.InvalidFields;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.stereotype.Component;

/** Sends a command on behalf of a caller, who is kept with every event that it causes. */
@Component
class CommandDispatch {

    /** Of commands on one patient from several nodes at a time one wins a round, the others decide again on its result. */
    private static final int ROUNDS = 20;

    private final CommandGateway gateway;
    private final Idempotency idempotency;
    private final Erasures erasures;
    private final Disclosures disclosures;
    private final ObservationRegistry observations;
    private final Traces traces;
    private final Counter duplicates;

    CommandDispatch(
            CommandGateway gateway,
            Idempotency idempotency,
            Erasures erasures,
            Disclosures disclosures,
            ObservationRegistry observations,
            MeterRegistry metrics,
            Traces traces) {
        this.gateway = gateway;
        this.idempotency = idempotency;
        this.erasures = erasures;
        this.disclosures = disclosures;
        this.observations = observations;
        this.traces = traces;
        this.duplicates = Counter.builder("patients.duplicates.refused")
                .description("Registrations and corrections answered 409: the identity is another patient's")
                .register(metrics);
    }

    <R> R send(PatientCommand<R> command, Caller caller) {
        return send(command, caller, null);
    }

    /** A repeated request is answered with what came of the first, for a caller who might have seen the patient. */
    Erasure erase(ErasePatient command, Caller caller) {
        return erasures.journaled(eraseOnce(command, caller));
    }

    private Erasure eraseOnce(ErasePatient command, Caller caller) {
        try {
            return send(command, caller);
        } catch (PatientNotFound notThere) {
            Erasure earlier = erasures.find(command.patientId())
                    .filter(erasure -> caller.branches().covers(erasure.branchId()))
                    .orElseThrow(PatientNotFound::new);
            disclosures.unchanged(earlier.id(), null, caller);
            return command.immediate() && earlier.keyDestroyedAt() == null ? erasures.destroyKey(earlier) : earlier;
        }
    }

    <R> R send(PatientCommand<R> command, Caller caller, Idempotency.@Nullable Key key) {
        Map<String, Object> metadata = new HashMap<>(caller.metadata());
        metadata.put(Disclosures.CALLER, caller);
        if (key != null) {
            metadata.putAll(key.metadata());
        }
        try {
            return Observation.createNotStarted("patients.command", observations)
                    .contextualName(command.getClass().getSimpleName())
                    .lowCardinalityKeyValue("command", command.getClass().getSimpleName())
                    .observe(() -> {
                        metadata.putAll(traces.metadata());
                        return decide(command, MetaData.from(metadata), 1);
                    });
        } catch (AggregateNotFoundException e) {
            throw new PatientNotFound();
        } catch (DuplicatePatient refusal) {
            duplicates.increment();
            if (key != null) {
                idempotency.remember(key, refusal);
            }
            throw refusal;
        } catch (VisitConflict refusal) {
            if (key != null) {
                idempotency.remember(key, command.patientId(), refusal);
            }
            throw refusal;
        } catch (InvalidFields refusal) {
            // What is wrong with the request alone was found when it was read.
            throw new RefusedByRecord(refusal, command.others());
        }
    }

    private <R> R decide(PatientCommand<R> command, MetaData metadata, int round) {
        try {
            return gateway.sendAndWait(command, metadata);
        } catch (ConcurrencyException | ConcurrencyFailureException | AggregateStreamCreationException e) {
            // The last is what Axon makes of a newcomer's events beside those of somebody whom another node has
            // changed: it goes by the first of them, which begins a record.
            if (round == ROUNDS) {
                // Nothing is wrong with the command: it may win when fewer are sent.
                throw new StoreUnavailable("event store");
            }
            return decide(command, metadata, round + 1);
        }
    }
}
