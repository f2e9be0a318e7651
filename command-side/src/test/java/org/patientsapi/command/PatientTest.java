package org.patientsapi.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.patientsapi.command.Example.ID;
import static org.patientsapi.command.Example.NUMBER;
import static org.patientsapi.command.Example.registered;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.FixtureConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.patientsapi.api.BranchScope;
import org.patientsapi.api.Contact;
import org.patientsapi.api.DuplicateOverride;
import org.patientsapi.api.PatientChanges;
import org.patientsapi.api.PatientCommand.RegisterPatient;
import org.patientsapi.api.PatientCommand.UpdatePatient;
import org.patientsapi.api.PatientEvent.ContactChanged;
import org.patientsapi.api.PatientEvent.DemographicsCorrected;
import org.patientsapi.api.PatientEvent.PatientTransferred;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Refusal.BranchNotGranted;
import org.patientsapi.api.Refusal.DuplicatePatient;
import org.patientsapi.api.Refusal.PatientNotFound;
import org.patientsapi.api.Refusal.StaleVersion;

/** What the aggregate decides; who is a duplicate is PostgreSQL's to say and tested against it. */
class PatientTest {

    private final RecordedIdentities identities = new RecordedIdentities();
    private final FixtureConfiguration<Patient> fixture = new AggregateTestFixture<>(Patient.class)
            .registerInjectableResource(identities)
            .registerInjectableResource((KnownDistinctPeople) (patientId, newcomer) -> {});

    @Test
    void a_registration_is_answered_with_the_profile_and_enrols_the_patient() {
        fixture.givenNoPriorActivity()
                .when(registration(BranchScope.ALL))
                .expectSuccessfulHandlerExecution()
                .expectEvents(registered())
                .expectResultMessagePayloadMatching(new org.hamcrest.CustomMatcher<>("the profile in version 1") {
                    @Override
                    public boolean matches(Object result) {
                        return result instanceof PatientProfile profile
                                && profile.version() == 1
                                && profile.name().equals("Rajesh Kumar");
                    }
                });

        assertThat(identities.done).containsExactly("enrol " + NUMBER, "claim +919876543210 1985-03-15");
    }

    @Test
    void a_registration_in_a_branch_that_is_not_granted_is_refused() {
        fixture.givenNoPriorActivity()
                .when(registration(BranchScope.of(Set.of("BLR"))))
                .expectException(BranchNotGranted.class)
                .expectNoEvents();
    }

    @Test
    void a_refused_claim_leaves_no_event() {
        identities.refuse = true;

        fixture.givenNoPriorActivity()
                .when(registration(BranchScope.ALL))
                .expectException(DuplicatePatient.class)
                .expectNoEvents();
    }

    @Test
    void a_patch_causes_an_event_for_each_group_it_changes_and_for_no_other() {
        fixture.given(registered())
                .when(update("""
                        {"first_name": "Rajeshwar", "phone": "+919876543211", "gender": "male"}"""))
                .expectEvents(
                        new DemographicsCorrected(ID, Example.demographics("Rajeshwar")),
                        new ContactChanged(ID, new Contact("+919876543211", null, null)));
    }

    @Test
    void a_patch_that_changes_nothing_causes_no_event() {
        fixture.given(registered())
                .when(update("{\"first_name\": \"Rajesh\"}"))
                .expectSuccessfulHandlerExecution()
                .expectNoEvents();
    }

    @Test
    void a_stale_version_is_refused() {
        fixture.given(registered())
                .when(update("{\"first_name\": \"Raj\"}", Set.of(7L), BranchScope.ALL))
                .expectException(StaleVersion.class)
                .expectNoEvents();
    }

    @Test
    void a_patient_of_a_foreign_branch_is_not_there() {
        fixture.given(registered())
                .when(update("{\"first_name\": \"Raj\"}", null, BranchScope.of(Set.of("BLR"))))
                .expectException(PatientNotFound.class)
                .expectNoEvents();
    }

    @Test
    void nobody_moves_a_patient_to_a_branch_they_may_not_write_to() {
        fixture.given(registered())
                .when(update("{\"branch_id\": \"BLR\"}", null, BranchScope.of(Set.of("MUM"))))
                .expectException(BranchNotGranted.class);
        fixture.given(registered())
                .when(update("{\"branch_id\": \"BLR\"}", null, BranchScope.of(Set.of("MUM", "BLR"))))
                .expectEvents(new PatientTransferred(ID, "BLR"));
    }

    private static RegisterPatient registration(BranchScope scope) {
        return new RegisterPatient(ID, NUMBER, "standard", null, "MUM", Example.details(), null, scope);
    }

    private static UpdatePatient update(String patch) {
        return update(patch, null, BranchScope.ALL);
    }

    private static UpdatePatient update(String patch, @Nullable Set<Long> expectedVersions, BranchScope scope) {
        PatientChanges changes = PatientBody.patch(Example.json(patch), Example.TODAY);
        return new UpdatePatient(ID, changes, expectedVersions, scope);
    }

    /** Says what the aggregate asked for, in order. */
    private static final class RecordedIdentities implements Identities {
        private final List<String> done = new ArrayList<>();
        private boolean refuse;

        @Override
        public void enrol(String patientId, String patientNumber) {
            done.add("enrol " + patientNumber);
        }

        @Override
        public void claim(
                String patientId, @Nullable Identity before, Identity after, @Nullable DuplicateOverride override) {
            if (refuse) {
                throw new DuplicatePatient("other", "P00000-00000", List.of("phone"));
            }
            done.add("claim " + after.phone() + " " + after.dateOfBirth());
        }
    }
}
