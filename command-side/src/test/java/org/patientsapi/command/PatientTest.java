package org.patientsapi.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.patientsapi.command.Example.ID;
import static org.patientsapi.command.Example.NUMBER;
import static org.patientsapi.command.Example.registered;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.FixtureConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.patientsapi.api.BranchScope;
import org.patientsapi.api.Contact;
import org.patientsapi.api.DistinctPerson;
import org.patientsapi.api.Newborn;
import org.patientsapi.api.PatientChanges;
import org.patientsapi.api.PatientCommand.AmendVisit;
import org.patientsapi.api.PatientCommand.RecordVisit;
import org.patientsapi.api.PatientCommand.RegisterPatient;
import org.patientsapi.api.PatientCommand.UpdatePatient;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientEvent.ContactChanged;
import org.patientsapi.api.PatientEvent.DemographicsCorrected;
import org.patientsapi.api.PatientEvent.PatientAdmitted;
import org.patientsapi.api.PatientEvent.PatientTransferred;
import org.patientsapi.api.PatientEvent.VisitCorrected;
import org.patientsapi.api.PatientEvent.VisitRecorded;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Refusal.BranchNotGranted;
import org.patientsapi.api.Refusal.DuplicatePatient;
import org.patientsapi.api.Refusal.PatientNotFound;
import org.patientsapi.api.Refusal.StaleVersion;
import org.patientsapi.api.Refusal.VisitConflict;
import org.patientsapi.api.Visit;
import org.patientsapi.api.VisitChanges;
import org.patientsapi.command.Identities.Identity;

/** What the aggregate decides; who is a duplicate is PostgreSQL's to say and tested against it. */
class PatientTest {

    private static final VisitRules VISIT_RULES = new VisitRules(
            Clock.fixed(Example.TODAY.atStartOfDay().toInstant(ZoneOffset.UTC), ZoneOffset.UTC), ZoneOffset.UTC);

    private final List<Long> shown = new ArrayList<>();
    private boolean keyIsDestroyed;
    private final RecordedIdentities identities = new RecordedIdentities();
    private final FixtureConfiguration<Patient> fixture = new AggregateTestFixture<>(Patient.class)
            .registerInjectableResource(identities)
            .registerInjectableResource((Disclosures) (patientId, version, caller) -> shown.add(version))
            .registerInjectableResource(new NoOtherPeople())
            .registerInjectableResource((Mothers) (motherId, caller) -> {
                throw new AssertionError("nobody is newborn");
            })
            .registerInjectableResource((RecordedVisits) this::visitsAt)
            .registerInjectableResource(VISIT_RULES);

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

    /** Their hashes are stored: put otherwise by a later version, they would meet nobody's. */
    @Test
    void what_is_claimed_is_written_the_same_for_ever() {
        Identity twin = new Identity("+919876543210", "2026-11-22", "91-7201-0000-4321", new Newborn("mother", 2));

        assertThat(twin.claims())
                .extracting(claim -> claim.kind() + " " + claim.value())
                .containsExactly(
                        "PHONE_AND_BIRTH +919876543210|2026-11-22",
                        "ABHA 91-7201-0000-4321",
                        "BIRTH mother|2026-11-22|2");
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
    void a_patch_that_changes_nothing_causes_no_event_and_counts_as_a_read() {
        fixture.given(registered())
                .when(update("{\"first_name\": \"Rajesh\"}"))
                .expectSuccessfulHandlerExecution()
                .expectNoEvents();

        assertThat(shown).containsExactly(1L);
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

    @Test
    void a_patient_with_many_visits_is_answered_with_the_latest_twenty() {
        fixture.given(registeredWithVisits(30))
                .when(update("{\"first_name\": \"Rajeshwar\"}"))
                .expectResultMessagePayloadMatching(new org.hamcrest.CustomMatcher<>("the latest of 30 visits") {
                    @Override
                    public boolean matches(Object result) {
                        return result instanceof PatientProfile profile
                                && profile.visitCount() == 30
                                && profile.lastVisitDate().equals("2026-01-30")
                                && profile.visitHistory().equals(latestTwentyOf(30));
                    }
                });
    }

    @Test
    void a_visit_long_ago_can_be_corrected_and_then_stands_where_its_day_belongs() {
        VisitChanges changes = VisitBody.patch(Example.json("{\"date\": \"2026-02-01\"}"), VISIT_RULES);
        Visit corrected = visit(1, "2026-02-01", 32);

        fixture.given(registeredWithVisits(30))
                .when(new AmendVisit(ID, visitId(1), changes, Set.of(2L), BranchScope.ALL))
                .expectEvents(new VisitCorrected(ID, corrected))
                .expectResultMessagePayload(corrected)
                .expectState(patient ->
                        assertThat(patient.state().visits().lastVisitDate()).isEqualTo("2026-02-01"));
    }

    @Test
    void the_visit_of_somebody_who_is_erased_meanwhile_is_not_found() {
        VisitChanges changes = VisitBody.patch(Example.json("{\"date\": \"2026-02-01\"}"), VISIT_RULES);
        keyIsDestroyed = true;

        fixture.given(registeredWithVisits(1))
                .when(new AmendVisit(ID, visitId(1), changes, Set.of(2L), BranchScope.ALL))
                .expectException(PatientNotFound.class)
                .expectNoEvents();
    }

    @Test
    void nobody_is_admitted_twice_however_long_ago_the_first_admission_was() {
        List<Object> past = new ArrayList<>(List.of(registered()));
        past.add(new PatientAdmitted(ID, admission(2)));
        for (int n = 1; n <= 25; n++) {
            past.add(new VisitRecorded(ID, visit(n, day(n), n + 2)));
        }
        VisitChanges changes =
                VisitBody.newVisit(Example.body("""
                        {"type": "IPD", "admitted_at": "2026-03-01T10:00:00Z", "provider": {"name": "Dr Nair"}}"""), VISIT_RULES).details();

        fixture.given(past)
                .when(new RecordVisit(ID, visitId(99), Visit.IPD, changes, BranchScope.ALL))
                .expectException(VisitConflict.class)
                .expectNoEvents();
    }

    private static List<Object> registeredWithVisits(int count) {
        List<Object> events = new ArrayList<>(List.of(registered()));
        for (int n = 1; n <= count; n++) {
            events.add(new VisitRecorded(ID, visit(n, day(n), n + 1)));
        }
        return events;
    }

    private static List<Visit> latestTwentyOf(int count) {
        return IntStream.range(0, 20)
                .map(back -> count - back)
                .mapToObj(n -> visit(n, day(n), n + 1))
                .toList();
    }

    private static Visit visit(int n, String day, long version) {
        return new Visit(
                visitId(n),
                version,
                Visit.OPD,
                "MUM",
                day,
                null,
                null,
                new Visit.Provider(null, "Dr Nair"),
                null,
                null,
                Visit.RECORDED);
    }

    private static Visit admission(long version) {
        return new Visit(
                visitId(0),
                version,
                Visit.IPD,
                "MUM",
                null,
                "2025-01-01T10:00:00Z",
                null,
                new Visit.Provider(null, "Dr Nair"),
                null,
                null,
                Visit.ADMITTED);
    }

    private static String visitId(int n) {
        return "01890000-0000-7000-8000-0000000001%02d".formatted(n);
    }

    private static String day(int n) {
        return "2026-01-%02d".formatted(n);
    }

    /** As the event store would find them. */
    private List<Visit> visitsAt(String patientId, Collection<Long> versions) {
        return fixture.getEventStore()
                .readEvents(patientId)
                .asStream()
                .filter(event -> !keyIsDestroyed && versions.contains(event.getSequenceNumber() + 1))
                .map(event -> Objects.requireNonNull(((PatientEvent) event.getPayload()).visit()))
                .toList();
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

    /** For registrations without an override. */
    private static final class NoOtherPeople implements KnownDistinctPeople {

        @Override
        public Optional<PatientProfile> lock(String patientId) {
            throw new AssertionError("nobody was named");
        }

        @Override
        public void tell(String patientId, DistinctPerson newcomer) {
            throw new AssertionError("nobody was named");
        }
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
        public List<String> requireShared(Identity identity, String other) {
            return List.of();
        }

        @Override
        public List<String> requireSharedAmong(List<String> found, Identity identity, String other) {
            return found;
        }

        @Override
        public void claim(String patientId, @Nullable Identity before, Identity after, Set<String> distinct) {
            if (refuse) {
                throw new DuplicatePatient("other", "P00000-00000", List.of("phone"));
            }
            done.add("claim " + after.phone() + " " + after.dateOfBirth());
        }
    }
}
