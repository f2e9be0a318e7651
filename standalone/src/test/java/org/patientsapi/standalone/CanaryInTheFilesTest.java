package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.Api.Answer;
import org.patientsapi.testbackends.TestProcesses;

/**
 * Looks for a patient in every file that the product leaves behind: PostgreSQL's tables and write-ahead log, Elasticsearch's
 * data, all logs. The whole Aadhaar number may be nowhere; other personal data only in Elasticsearch, which has to search it; and
 * none at all when she is erased in a hospital without a legal hold. A backup of both stores from before does not bring her back.
 */
class CanaryInTheFilesTest {

    private static final List<String> AADHAAR =
            List.of("234123412346", "2341 2341 2346", "2341-2341-2346", "234123412345");
    private static final String NAME = "Canaryvimala";
    private static final String PHONE = "9823498234";
    private static final List<String> PERSONAL =
            List.of(NAME, NAME.toLowerCase(), PHONE, "canary@example.com", "Vimala Lane", "Dr Vimala");
    private static final List<String> STORES = List.of("postgresql", "elasticsearch");

    private final Path folder = ProductProcess.emptyFolder("erased");
    private final Path data = folder.resolve("data");
    private final Map<String, String> environment = Map.of(
            "SERVER_PORT",
            Integer.toString(TestProcesses.freePort()),
            "PATIENTS_DEMO_ENABLED",
            "false",
            "PATIENTS_ERASURE_HOLD",
            "0s",
            "PATIENTS_ERASURE_PURGE_AT",
            "* * * * * *");
    private final Api api = new Api("http://localhost:" + environment.get("SERVER_PORT"));
    private final Api.Client desk = api.as("front-desk");
    private final Api.Client admin = api.as("admin");

    @Test
    void nothing_is_in_the_clear_nothing_is_left_of_the_erased_and_an_old_backup_brings_nobody_back() {
        String id = registered();
        assertThat(found(List.of(NAME.toLowerCase()), data.resolve("elasticsearch")))
                .as("the index has to know the name, so the looking works")
                .isNotEmpty();
        assertThat(found(AADHAAR, folder)).isEmpty();
        assertThat(found(PERSONAL, data.resolve("postgresql"))).isEmpty();
        assertThat(found(PERSONAL, data.resolve("logs"))).isEmpty();
        for (String store : STORES) {
            copy(data.resolve(store), folder.resolve("backup-" + store));
        }

        Answer erased = erase(id);

        assertThat(found(PERSONAL, data)).isEmpty();

        for (String store : STORES) {
            TestProcesses.run("rm", "-r", data.resolve(store).toString());
            copy(folder.resolve("backup-" + store), data.resolve(store));
        }
        try (ProductProcess restored = ProductProcess.start(folder, environment).awaitReady()) {
            assertGone(id);
            Answer again = admin.get("/patients/" + id + "/erasure").is(200);
            for (String field : List.of("erased_at", "key_destroyed_at", "reason", "/actor/client", "request_id")) {
                assertThat(again.text(field)).as(field).isEqualTo(erased.text(field));
            }
            restored.stop();
        }
    }

    private String registered() {
        try (ProductProcess product = ProductProcess.start(folder, environment).awaitReady()) {
            Answer patient = desk.with("Idempotency-Key", "canary")
                    .post("/patients", canary())
                    .is(201);
            desk.with("Idempotency-Key", "canary").post("/patients", canary()).is(201);
            desk.post("/patients", canary()).is(409);
            desk.post(
                            "/patients/" + patient.id() + "/visits",
                            Map.of("type", "OPD", "date", "2026-01-01", "provider", Map.of("name", "Dr Vimala")))
                    .is(201);
            // Enough for a snapshot.
            for (int i = 0; i < 60; i++) {
                desk.patch("/patients/" + patient.id(), Map.of("last_name", "Wadekar" + (char) ('a' + i % 26)))
                        .is(200);
            }
            desk.patch("/patients/" + patient.id(), Map.of("identifiers", Map.of("aadhaar", AADHAAR.getFirst())))
                    .is(200);
            desk.post("/patients", People.somebodyWith("identifiers", Map.of("aadhaar", AADHAAR.getLast())))
                    .is(400);
            desk.get("/patients?search=" + PHONE).is(200);
            desk.get("/patients/" + PHONE).is(404);
            Eventually.that(() ->
                    assertThat(desk.get("/patients?search=" + NAME).json()).hasSize(1));
            product.stop();
            return patient.id();
        }
    }

    private static Map<String, Object> canary() {
        return Map.of(
                "first_name",
                NAME,
                "date_of_birth",
                "1971-07-17",
                "gender",
                "female",
                "phone",
                PHONE,
                "email",
                "canary@example.com",
                "address",
                Map.of("line1", "2 Vimala Lane", "pincode", "400001"),
                "identifiers",
                Map.of("aadhaar", "2341 2341 2346"));
    }

    private Answer erase(String id) {
        try (ProductProcess product = ProductProcess.start(folder, environment).awaitReady()) {
            Answer erased = admin.send("DELETE", "/patients/" + id + "?reason=court_order&immediate=true", null)
                    .is(200);
            assertThat(erased.json().get("hold_until").isNull()).isTrue();
            assertThat(erased.json().get("key_destroyed_at").isNull()).isFalse();
            assertGone(id);
            // The record does not say so yet, since the purge may not have seen everybody who was erased just before.
            Awaitility.await()
                    .atMost(Duration.ofMinutes(3))
                    .untilAsserted(() -> assertThat(data.resolve("logs/patients-api.log"))
                            .content()
                            .contains("The search engine's files are rid of the erased"));
            product.stop();
            return erased;
        }
    }

    private void assertGone(String id) {
        desk.get("/patients/" + id).isProblem(404, "patient_not_found");
        assertThat(desk.get("/patients?search=" + NAME).is(200).json()).isEmpty();
        assertThat(desk.get("/patients").is(200).json()).isEmpty();
        desk.patch("/patients/" + id, Map.of("last_name", "Back")).isProblem(404, "patient_not_found");
    }

    /** With owners and rights, which the servers insist on. */
    private static void copy(Path from, Path to) {
        TestProcesses.run("cp", "-a", from.toString(), to.toString());
    }

    /** Which of the words stand in which files. */
    private static List<String> found(List<String> words, Path folder) {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                // One byte one character: nothing is lost, whatever the file holds.
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                words.stream().filter(content::contains).forEach(word -> found.add(word + " in " + file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }
}
