package org.patientsapi.platform.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.patientsapi.api.Erasure;
import org.patientsapi.api.Erasure.Actor;
import org.patientsapi.api.PatientEvent.PatientErased;
import org.patientsapi.api.PatientEvent.StatusChanged;
import org.patientsapi.platform.MigratedDatabase;
import org.patientsapi.platform.eventstore.Node;
import org.patientsapi.platform.eventstore.PatientEventStore;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.patientsapi.platform.eventstore.RecordedEvent;
import org.patientsapi.platform.vault.PatientKey;
import org.patientsapi.platform.vault.PatientKeys;
import org.patientsapi.testbackends.TestDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A node that starts on a database that is older than the journal beside its vault. */
class LostErasuresTest {

    @TempDir
    Path folder;

    /** One that takes its time out of the database, or that cannot be made up for, must not cost those before it. */
    @Test
    void each_is_made_up_for_by_itself() {
        TestDatabase database = MigratedDatabase.fresh();
        Erasure lost = entry("P00000-00001");
        Erasure another = entry("P00000-00002");
        new ErasureJournal(folder.resolve("erasures.jsonl")).append(List.of(lost, another, entry(lost.patientId())));

        assertThatThrownBy(() -> Node.start(database, folder.resolve("vault.json")));

        assertThat(JdbcClient.create(new DriverManagerDataSource(
                                database.jdbcUrl(),
                                database.application().user(),
                                database.application().password()))
                        .sql("select patient_id from erasure")
                        .query(String.class)
                        .list())
                .containsExactlyInAnyOrder(lost.id(), another.id());
    }

    /** The database is of before the registration, and so has no key; the one that takes its place may have it. */
    @Test
    void a_key_that_the_law_keeps_does_not_count_as_destroyed_where_it_never_was() throws IOException {
        Erasure held =
                entry("P00000-00003", Instant.now().plus(Duration.ofDays(100)).truncatedTo(ChronoUnit.MILLIS));
        Path journal = folder.resolve("erasures.jsonl");
        new ErasureJournal(journal).append(List.of(held));
        List<String> before = Files.readAllLines(journal);

        try (Node node = Node.start(MigratedDatabase.fresh(), folder.resolve("vault.json"))) {
            assertThat(node.bean(Erasures.class).find(held.id())).contains(held);
        }
        assertThat(Files.readAllLines(journal)).isEqualTo(before);
    }

    /** Or an auditor of that branch would be told that there never was such a patient, and a reader of its feed nothing at all. */
    @Test
    void whoever_is_erased_again_is_still_of_the_branch_that_they_were_of_and_erased_by_whoever_did() {
        try (Node node = Node.start(MigratedDatabase.fresh(), folder.resolve("vault.json"))) {
            Erasure lost = entry("P00000-00005");
            node.bean(PatientKeys.class).create(lost.id(), lost.patientId());
            node.bean(PatientEventStore.class)
                    .publish(new GenericDomainEventMessage<>(
                            "patient", lost.id(), 0, new StatusChanged(lost.id(), "inactive")));
            new ErasureJournal(folder.resolve("erasures.jsonl")).append(List.of(lost));

            node.bean(Erasures.class).afterSingletonsInstantiated();

            PatientHistory history = node.bean(PatientHistory.class);
            assertThat(history.homeBranch(lost.id())).contains("BLR");
            RecordedEvent erased = history.of(lost.id()).getLast();
            assertThat(erased.event()).isEqualTo(new PatientErased(lost.id(), "court_order"));
            assertThat(erased.metadata().get("client")).isEqualTo("admin");
            assertThat(erased.metadata().get("subject")).isEqualTo("admin");
            assertThat(erased.metadata().get("request_id")).isEqualTo("request");
        }
    }

    /** As such journals were written once. */
    @Test
    void a_key_that_came_back_with_a_later_backup_is_kept_for_as_long_as_the_law_says_whatever_the_journal_does() {
        TestDatabase database = MigratedDatabase.fresh();
        Path vault = folder.resolve("vault.json");
        Erasure held =
                entry("P00000-00004", Instant.now().plus(Duration.ofDays(100)).truncatedTo(ChronoUnit.MILLIS));
        try (Node node = Node.start(database, vault)) {
            node.bean(PatientKeys.class).create(held.id(), held.patientId());
        }
        new ErasureJournal(folder.resolve("erasures.jsonl"))
                .append(List.of(new Erasure(
                        held.id(),
                        held.patientId(),
                        held.branchId(),
                        held.reason(),
                        held.erasedAt(),
                        held.holdUntil(),
                        held.erasedAt(),
                        null,
                        held.actor(),
                        held.requestId())));

        try (Node node = Node.start(database, vault)) {
            assertThat(node.bean(Erasures.class).find(held.id())).contains(held);
            assertThat(node.bean(PatientKeys.class).key(held.id())).containsInstanceOf(PatientKey.Live.class);
        }
    }

    private static Erasure entry(String number) {
        return entry(number, null);
    }

    private static Erasure entry(String number, @Nullable Instant holdUntil) {
        return new Erasure(
                UUID.randomUUID().toString(),
                number,
                "BLR",
                "court_order",
                Instant.parse("2026-11-24T08:15:00.123Z"),
                holdUntil,
                null,
                null,
                new Actor("admin", "admin"),
                "request");
    }
}
