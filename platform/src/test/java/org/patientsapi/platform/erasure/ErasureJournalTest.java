package org.patientsapi.platform.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.patientsapi.api.Erasure;
import org.patientsapi.api.Erasure.Actor;
import org.patientsapi.platform.lifecycle.StartRefusedException;

class ErasureJournalTest {

    private static final Instant LATER = Instant.parse("2027-11-25T08:15:00Z");

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void inAFolderThatIsNotThereYet() {
        file = folder.resolve("keys/erasures.jsonl");
    }

    @Test
    void where_nobody_was_erased_there_is_no_file() {
        assertThat(read(new ErasureJournal(file))).isEmpty();
        assertThat(file).doesNotExist();
    }

    @Test
    void one_that_cannot_be_opened_ends_the_start_with_a_sentence() throws IOException {
        Files.createDirectories(file);

        assertThatThrownBy(() -> read(new ErasureJournal(file)))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("The erasure journal " + file + " cannot be used (FileSystemException): ");
    }

    @Test
    void an_entry_is_written_once_and_once_more_when_the_key_is_destroyed() throws IOException {
        ErasureJournal journal = new ErasureJournal(file);

        journal.append(List.of(entry("1", null), entry("2", null)));
        journal.append(List.of(entry("1", null), entry("2", LATER)));

        assertThat(Files.readAllLines(file)).hasSize(3);
        assertThat(read(new ErasureJournal(file)))
                .containsExactly(entry("1", null), entry("2", null), entry("2", LATER));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void a_copy_from_before_the_key_was_destroyed_does_not_bring_it_back() {
        ErasureJournal journal = new ErasureJournal(file);

        journal.append(List.of(entry("1", LATER)));
        journal.append(List.of(entry("1", null)));

        assertThat(read(new ErasureJournal(file))).containsExactly(entry("1", LATER));
    }

    @Test
    void what_a_crash_broke_off_is_dropped_and_the_next_entry_is_whole() throws IOException {
        new ErasureJournal(file).append(List.of(entry("1", null)));
        Files.writeString(file, "{\"id\":\"2\",\"rea", StandardOpenOption.APPEND);
        ErasureJournal afterCrash = new ErasureJournal(file);

        assertThat(read(afterCrash)).containsExactly(entry("1", null));
        afterCrash.append(List.of(entry("3", null)));

        assertThat(read(new ErasureJournal(file))).containsExactly(entry("1", null), entry("3", null));
    }

    @Test
    void what_a_full_disk_broke_off_is_not_glued_to_the_next_entry() throws IOException {
        ErasureJournal journal = new ErasureJournal(file);
        journal.append(List.of(entry("1", null)));
        Files.writeString(file, "{\"id\":\"2\",\"rea", StandardOpenOption.APPEND);

        journal.append(List.of(entry("3", null)));

        assertThat(read(new ErasureJournal(file))).containsExactly(entry("1", null), entry("3", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "er\"ased",
                "",
                "null",
                "{}",
                "[]",
                "{\"id\":\"x\"}",
                "{\"id\":\"00000000-0000-0000-0000-000000000001\",\"patient_id\":\"P-1\",\"branch_id\":\"BLR\","
                        + "\"reason\":\"court_order\",\"erased_at\":\"2026-11-24T08:15:00Z\",\"request_id\":\"request\"}",
                "{\"id\":\"x\",\"patient_id\":\"P-1\",\"branch_id\":\"BLR\",\"reason\":\"court_order\","
                        + "\"erased_at\":\"2026-11-24T08:15:00Z\",\"request_id\":\"request\","
                        + "\"actor\":{\"client\":\"admin\",\"subject\":\"admin\"}}",
                "{\"id\":\"00000000-0000-0000-0000-000000000001\",\"patient_id\":\"P-1\",\"branch_id\":\"BLR\","
                        + "\"reason\":\"court_order\",\"erased_at\":\"2026-11-24T08:15:00Z\",\"request_id\":\"request\","
                        + "\"actor\":{\"client\":\"admin\",\"subject\":\"admin\"},\"hold_untim\":\"2027-11-25T08:15:00Z\"}"
            })
    void a_damaged_journal_is_refused_in_one_sentence(String line) throws IOException {
        new ErasureJournal(file).append(List.of(entry("1", null)));
        Files.writeString(file, line + "\n", StandardOpenOption.APPEND);

        assertThatThrownBy(() -> read(new ErasureJournal(file)))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("erasures.jsonl is damaged: put back its newest copy");
    }

    @Test
    void a_long_journal_is_read_in_pieces() {
        List<Erasure> many = IntStream.range(0, 2500)
                .mapToObj(n -> entry(String.valueOf(n), null))
                .toList();
        new ErasureJournal(file).append(many);
        List<List<Erasure>> pieces = new ArrayList<>();

        new ErasureJournal(file).read(pieces::add);

        assertThat(pieces).extracting(List::size).containsExactly(1000, 1000, 500);
        assertThat(pieces.stream().flatMap(List::stream)).containsExactlyElementsOf(many);
    }

    private static List<Erasure> read(ErasureJournal journal) {
        List<Erasure> entries = new ArrayList<>();
        journal.read(entries::addAll);
        return entries;
    }

    private static Erasure entry(String number, @Nullable Instant keyDestroyedAt) {
        return new Erasure(
                new UUID(0, Long.parseLong(number)).toString(),
                "P-" + number,
                "BLR",
                "court_order",
                Instant.parse("2026-11-24T08:15:00.123Z"),
                LATER,
                keyDestroyedAt,
                null,
                new Actor("admin", "admin"),
                "request");
    }
}
