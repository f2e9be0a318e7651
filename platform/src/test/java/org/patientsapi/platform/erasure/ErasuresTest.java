package org.patientsapi.platform.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.patientsapi.api.Erasure;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Refusal.LegalHold;
import org.patientsapi.platform.MigratedDatabase;
import org.patientsapi.platform.eventstore.Node;
import org.patientsapi.platform.eventstore.Samples;
import org.patientsapi.platform.vault.PatientKeys;
import org.patientsapi.values.ErasureReason;

class ErasuresTest {

    @TempDir
    Path folder;

    private Node node;
    private Erasures erasures;

    @BeforeEach
    void start() {
        node = Node.start(MigratedDatabase.fresh(), folder.resolve("vault.json"));
        erasures = node.bean(Erasures.class);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void a_long_ledger_is_read_in_pieces_and_each_of_its_entries_copied_once() {
        List<String> erased = erased(2500, Instant.now());
        List<Integer> pieces = new ArrayList<>();

        node.bean(ErasureLedger.class).read(1000, piece -> pieces.add(piece.size()));
        erasures.copyToJournal();
        erasures.copyToJournal();

        assertThat(pieces).containsExactly(1000, 1000, 500);
        List<String> copied = new ArrayList<>();
        new ErasureJournal(folder.resolve("erasures.jsonl"))
                .read(piece -> piece.forEach(entry -> copied.add(entry.id())));
        assertThat(copied).containsExactlyInAnyOrderElementsOf(erased);
    }

    @Test
    void a_purge_certifies_nobody_who_was_erased_so_shortly_before_that_it_may_not_have_seen_it() {
        Instant start = Instant.now();
        String longBefore = erased(1, start.minus(Duration.ofMinutes(6))).getFirst();
        String shortlyBefore = erased(1, start.minus(Duration.ofMinutes(4))).getFirst();

        erasures.indexPurged(start);

        assertThat(erasures.find(longBefore).orElseThrow().indexPurgedAt()).isNotNull();
        assertThat(erasures.find(shortlyBefore).orElseThrow().indexPurgedAt()).isNull();
        assertThat(erasures.indexPurgeDueSince()).isPresent();
    }

    /** Since it is the database that refuses what comes too early. */
    @Test
    void which_key_is_due_is_told_by_the_clock_of_the_database() {
        Instant now = Instant.now();
        String due =
                erased(1, now.minus(Duration.ofDays(2)), now.minusSeconds(60)).getFirst();
        String held =
                erased(1, now.minus(Duration.ofDays(2)), now.plusSeconds(60)).getFirst();
        ErasureLedger ahead = ledger(Duration.ofHours(1));
        ErasureLedger behind = ledger(Duration.ofHours(-1));

        assertThat(behind.oldestDueKey()).isPresent();
        assertThat(behind.destroyDueKeys(100)).extracting(Erasure::id).containsExactly(due);
        assertThat(ahead.oldestDueKey()).isEmpty();
        assertThat(ahead.destroyDueKeys(100)).isEmpty();
        assertThatThrownBy(() -> ahead.destroyKey(ahead.find(held).orElseThrow()))
                .isInstanceOf(LegalHold.class);
    }

    @Test
    void a_node_whose_clock_is_behind_does_not_shorten_the_hold() {
        String id = UUID.randomUUID().toString();
        PatientProfile patient = PatientProfile.after(null, Samples.registered(id), Instant.now());
        node.bean(PatientKeys.class).create(id, patient.patientId());

        Erasure erasure =
                ledger(Duration.ofDays(-400), Duration.ofDays(366)).enter(patient, ErasureReason.COURT_ORDER, Map.of());

        assertThat(erasure.holdUntil()).isAfter(Instant.now().plus(Duration.ofDays(365)));
    }

    private ErasureLedger ledger(Duration clockAhead) {
        return ledger(clockAhead, Duration.ZERO);
    }

    private ErasureLedger ledger(Duration clockAhead, Duration hold) {
        return new ErasureLedger(
                node.sql(), node.bean(PatientKeys.class), hold, Clock.offset(Clock.systemUTC(), clockAhead));
    }

    private List<String> erased(int count, Instant at) {
        return erased(count, at, null);
    }

    private List<String> erased(int count, Instant at, @Nullable Instant holdUntil) {
        return node.sql()
                .sql("with keys as (insert into patient_key (patient_id, patient_number, wrapped_key)"
                        + " select gen_random_uuid(), gen_random_uuid()::text, 'key' from generate_series(1, ?)"
                        + " returning patient_id, patient_number)"
                        + " insert into erasure (patient_id, patient_number, branch_id, reason, erased_at, hold_until,"
                        + " client, subject, request_id) select patient_id, patient_number, 'BLR', 'court_order', ?, ?, '', '', ''"
                        + " from keys"
                        + " returning patient_id")
                .param(1, count)
                .param(2, at.atOffset(ZoneOffset.UTC))
                .param(3, holdUntil == null ? null : holdUntil.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE)
                .query(String.class)
                .list();
    }
}
