package org.patientsapi.platform.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.patientsapi.embedded.DatabaseLogin;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** What somebody could do to an export on its way, and that none of it goes unnoticed by the command that verifies it. */
class AuditExportTest {

    private static final int ATTEMPTS = 100;
    private static final int ROWS = 50;

    @TempDir
    static Path folder;

    private static Path saved;
    private static byte[] export;
    private static byte[] packedExport;
    private static List<String> lines;
    private final Random random = new Random(20261124);

    @BeforeAll
    static void export() throws IOException {
        try (AuditDatabase audit = new AuditDatabase(folder)) {
            for (int round = 0; round < 2; round++) {
                audit.appendEvents(ROWS / 2);
                audit.appendAccesses(ROWS / 2);
                audit.keeper().seal();
            }
            saved = save(audit, "seals.json");
            Path file = folder.resolve("export.jsonl");
            Path packed = folder.resolve("export.jsonl.gz");
            for (Path each : List.of(file, packed)) {
                assertThat(run(audit, "export-audit", audit.database.jdbcUrl(), each.toString()))
                        .startsWith("0 ");
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(run(audit, "export-audit", audit.database.jdbcUrl(), file.toString()))
                    .as("written over")
                    .startsWith("2 ")
                    .contains("FileAlreadyExists");
            assertThat(run(audit, "verify-audit", audit.database.jdbcUrl(), saved.toString()))
                    .startsWith("0 ")
                    .contains("4 seals over 100 rows", "Not sealed yet: {EVENTS=0, ACCESSES=0}");
            assertThat(verify(packed)).startsWith("0 ").contains("4 seals over 100 rows");
            export = Files.readAllBytes(file);
            packedExport = Files.readAllBytes(packed);
            lines = Files.readAllLines(file);
        }
    }

    @Test
    void an_export_that_nobody_touched_verifies_without_a_database() throws IOException {
        assertThat(verify(export)).startsWith("0 ").contains("4 seals over 100 rows", "All is as it was sealed");
    }

    @Test
    void rows_that_no_seal_reaches_are_told_by_the_export_which_is_made_all_the_same(@TempDir Path other)
            throws IOException {
        try (AuditDatabase audit = new AuditDatabase(other)) {
            audit.appendAccesses(2);
            audit.keeper().seal();
            audit.sql
                    .sql("insert into access_record overriding system value select (jsonb_populate_record(original,"
                            + " jsonb_build_object('place', 7, 'access_id', gen_random_uuid()))).*"
                            + " from access_record original where place = 1")
                    .update();
            Path file = other.resolve("export.jsonl");

            assertThat(run(audit, "export-audit", audit.database.jdbcUrl(), file.toString()))
                    .startsWith("0 ");

            assertThat(Files.readAllLines(file)).hasSize(4).first().isEqualTo("{\"log\":\"accesses\",\"strays\":1}");
            Path ofOther = save(audit, "others-seals.json");
            assertThat(run(Map.of(), "verify-audit", file.toString(), ofOther.toString()))
                    .startsWith("1 There are rows of the accesses at places that were never given out: 1\n")
                    .contains("1 seals over 2 rows checked");
        }
    }

    @Test
    void an_export_that_fails_leaves_nothing_to_be_taken_for_one(@TempDir Path other) throws IOException {
        try (AuditDatabase audit = new AuditDatabase(other)) {
            audit.appendAccesses(2);
            audit.keeper().seal();
            audit.sql
                    .sql("insert into audit_seal select (jsonb_populate_record(sealed,"
                            + " jsonb_build_object('number', 2, 'signature', '\\x00'))).* from audit_seal sealed")
                    .update();
            Path exports = Files.createDirectory(other.resolve("exports"));

            assertThat(run(
                            audit,
                            "export-audit",
                            audit.database.jdbcUrl(),
                            exports.resolve("export.jsonl").toString()))
                    .startsWith("2 ")
                    .contains("It cannot be exported: the place of seal 2");

            assertThat(exports).isEmptyDirectory();
        }
    }

    @Test
    void a_mistyped_command_is_told_how_they_are_used_and_starts_no_product() {
        assertThat(VerifyAudit.isCommand(List.of("verify-audits", "export.jsonl", "seals.json")))
                .isTrue();
        assertThat(VerifyAudit.isCommand(List.of("--debug"))).isFalse();
        assertThat(run(Map.of(), "verify-audits", "export.jsonl", "seals.json")).startsWith("2 Usage: verify-audit");
    }

    /** A job that runs the command goes by its exit code: 1 would accuse somebody. */
    @Test
    void what_cannot_be_read_at_all_is_no_finding() throws IOException {
        Path nothing = Files.writeString(folder.resolve("nothing.json"), "null");

        assertThat(run(Map.of(), "verify-audit", folder.resolve("export.jsonl").toString(), nothing.toString()))
                .startsWith("2 ");
        // Such as a name with an umlaut in a cron job, whose locale is C.
        assertThat(run(Map.of(), "verify-audit", folder.resolve("export.jsonl").toString(), "no file's name: \0"))
                .startsWith("2 It could not be done: ");
    }

    @Test
    void it_can_be_read_by_people_as_far_as_it_is_not_encrypted() {
        assertThat(lines).hasSize(104);
        assertThat(lines).filteredOn(line -> line.startsWith("{\"seal\":")).hasSize(4);
        assertThat(lines)
                .filteredOn(line -> line.startsWith("{\"log\":\"accesses\""))
                .hasSize(ROWS)
                .allSatisfy(line ->
                        assertThat(line).contains("\"client\":\"front-desk\",\"subject\":\"asha\",\"branch\":\"BLR\""));
    }

    @Test
    void a_flipped_bit_is_noticed_a_hundred_times_of_a_hundred() throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            byte[] flipped = export.clone();
            int place = random.nextInt(flipped.length);
            int bit = random.nextInt(8);
            flipped[place] ^= (byte) (1 << bit);
            assertThat(verify(flipped)).as("bit %d of byte %d", bit, place).startsWith("1 ");
        }
    }

    @Test
    void a_deleted_line_is_noticed_a_hundred_times_of_a_hundred() throws IOException {
        everyAttempt(touched -> {
            touched.remove(random.nextInt(touched.size()));
            return touched;
        });
    }

    @Test
    void two_lines_that_changed_places_are_noticed_a_hundred_times_of_a_hundred() throws IOException {
        everyAttempt(touched -> {
            int one = random.nextInt(touched.size());
            int other = (one + 1 + random.nextInt(touched.size() - 1)) % touched.size();
            Collections.swap(touched, one, other);
            return touched;
        });
    }

    @Test
    void a_line_that_comes_twice_is_noticed_a_hundred_times_of_a_hundred() throws IOException {
        everyAttempt(touched -> {
            touched.add(random.nextInt(touched.size()), touched.get(random.nextInt(touched.size())));
            return touched;
        });
    }

    @Test
    void a_cut_tail_is_noticed_a_hundred_times_of_a_hundred() throws IOException {
        everyAttempt(touched -> touched.subList(0, random.nextInt(touched.size())));
        for (int i = 0; i < ATTEMPTS; i++) {
            // But for the last line's end, behind which there is nothing.
            int left = random.nextInt(export.length - 1);
            assertThat(verify(Arrays.copyOf(export, left)))
                    .as("%d bytes left", left)
                    .startsWith("1 ");
        }
    }

    @Test
    void a_packed_export_that_was_cut_off_cannot_be_checked_a_hundred_times_of_a_hundred() throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            int left = i == 0 ? packedExport.length - 1 : random.nextInt(packedExport.length);
            Path cut = Files.write(folder.resolve("cut.jsonl.gz"), Arrays.copyOf(packedExport, left));
            assertThat(verify(cut)).as("%d bytes left", left).startsWith("2 ");
        }
    }

    /** Bits that fill up the last letter before the padding mean nothing to a decoder: not one bit may go unnoticed. */
    @Test
    void a_payload_spelt_otherwise_is_noticed() throws IOException {
        String text = new String(export, UTF_8);
        assertThat(text).contains("\"payload\":\"AQIDAA==\"");

        assertThat(verify(text.replaceFirst("AQIDAA==", "AQIDAB==").getBytes(UTF_8)))
                .startsWith("1 ")
                .contains("is neither a seal nor a row");
    }

    @Test
    void a_row_under_a_seal_of_the_other_log_is_named() throws IOException {
        List<String> moved = new ArrayList<>(lines);
        String access = moved.stream()
                .filter(line -> line.startsWith("{\"log\":\"accesses\""))
                .findFirst()
                .orElseThrow();
        moved.remove(access);
        moved.add(1, access);

        assertThat(moved.getFirst()).contains("\"log\":\"events\"");
        assertThat(verify((String.join("\n", moved) + "\n").getBytes(UTF_8)))
                .startsWith("1 ")
                .contains("There is a row of the accesses under no seal of theirs");
    }

    @Test
    void what_is_no_export_is_told_from_one_that_was_changed() throws IOException {
        assertThat(verify(
                        "{}\nhello\n{\"seal\":{\"number\":1}}\n{\"log\":\"events\",\"strays\":0}\n{\"strays\":1}\nnull\n"
                                .getBytes(UTF_8)))
                .startsWith("1 ")
                .contains(
                        "line 1 is neither",
                        "line 2 is neither",
                        "line 3 is neither",
                        "line 4 is neither",
                        "line 5 is neither",
                        "line 6 is neither");
        assertThat(verify(folder.resolve("nowhere.jsonl"))).startsWith("2 ").contains("NoSuchFile");
        assertThat(run(Map.of(), "verify-audit")).startsWith("2 Usage");
    }

    @Test
    void a_file_without_a_seal_that_was_kept_is_refused() throws IOException {
        Path export = Files.write(folder.resolve("untouched.jsonl"), AuditExportTest.export);
        String key = Files.readString(saved).replaceFirst(",\"seals\".*", "");
        for (String empty : List.of("{}", key + "}", key + ",\"seals\":null}", key + ",\"seals\":[]}")) {
            Path file = Files.writeString(folder.resolve("empty.json"), empty);

            assertThat(run(Map.of(), "verify-audit", export.toString(), file.toString()))
                    .as(empty)
                    .isEqualTo("2 There is no seal in " + file
                            + ": it has to be an answer of GET /api/v1/audit/seals with one\n");
        }
    }

    /** What somebody keeps elsewhere. */
    private static Path save(AuditDatabase audit, String name) throws IOException {
        return Files.writeString(
                folder.resolve(name),
                JsonMapper.builder()
                        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                        .build()
                        .writeValueAsString(new VerifyAudit.SavedSeals(
                                audit.key.publicPem(),
                                List.of(audit.seals.last().orElseThrow()))));
    }

    private void everyAttempt(UnaryOperator<List<String>> tampering) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            List<String> touched = tampering.apply(new ArrayList<>(lines));
            assertThat(verify((String.join("\n", touched) + "\n").getBytes(UTF_8)))
                    .as("attempt %d", i)
                    .startsWith("1 ");
        }
    }

    private static String verify(byte[] bytes) throws IOException {
        return verify(Files.write(folder.resolve("touched.jsonl"), bytes));
    }

    private static String verify(Path file) {
        return run(Map.of(), "verify-audit", file.toString(), saved.toString());
    }

    private static String run(AuditDatabase audit, String... arguments) {
        DatabaseLogin login = audit.database.application();
        return run(Map.of("PGUSER", login.user(), "PGPASSWORD", login.password()), arguments);
    }

    /** The exit code and what was said. */
    private static String run(Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int code = VerifyAudit.run(List.of(arguments), environment, new PrintStream(said, true, UTF_8));
        return code + " " + said.toString(UTF_8);
    }
}
