package org.patientsapi.platform.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.patientsapi.platform.MigratedDatabase;
import org.patientsapi.platform.eventstore.Node;

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

    private List<String> erased(int count, Instant at) {
        return node.sql()
                .sql("with keys as (insert into patient_key (patient_id, patient_number, wrapped_key)"
                        + " select gen_random_uuid(), gen_random_uuid()::text, 'key' from generate_series(1, ?)"
                        + " returning patient_id, patient_number)"
                        + " insert into erasure (patient_id, patient_number, branch_id, reason, erased_at, client, subject,"
                        + " request_id) select patient_id, patient_number, 'BLR', 'court_order', ?, '', '', '' from keys"
                        + " returning patient_id")
                .params(count, at.atOffset(ZoneOffset.UTC))
                .query(String.class)
                .list();
    }
}
