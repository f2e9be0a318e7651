package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.Api.Answer;
import org.patientsapi.testbackends.TestProcesses;

/**
 * Looks for canaries in every file that the product leaves behind: PostgreSQL's tables and write-ahead log, Elasticsearch's
 * data, all logs. The whole Aadhaar number may be nowhere; other personal data only in Elasticsearch, which has to search it.
 */
class NothingInTheClearTest {

    private static final String AADHAAR = "234123412346";
    private static final String NAME = "Canaryprabha";
    private static final String PHONE = "9812398123";

    private final Path folder = ProductProcess.emptyFolder("canaries");
    private final String port = Integer.toString(TestProcesses.freePort());
    private final Api.Client desk = new Api("http://localhost:" + port).as("front-desk");

    @Test
    void no_aadhaar_is_anywhere_and_nothing_personal_is_in_postgresql_or_the_logs() {
        try (ProductProcess product =
                ProductProcess.start(folder, Map.of("SERVER_PORT", port, "PATIENTS_DEMO_ENABLED", "false"))) {
            product.awaitReady();
            Answer patient = desk.with("Idempotency-Key", "canary")
                    .post("/patients", canary())
                    .is(201);
            desk.with("Idempotency-Key", "canary").post("/patients", canary()).is(201);
            desk.post("/patients", canary()).is(409);
            // Enough for a snapshot.
            for (int i = 0; i < 60; i++) {
                desk.patch("/patients/" + patient.id(), Map.of("last_name", "Wadekar" + (char) ('a' + i % 26)))
                        .is(200);
            }
            desk.patch("/patients/" + patient.id(), Map.of("identifiers", Map.of("aadhaar", AADHAAR)))
                    .is(200);
            desk.post("/patients", People.somebodyWith("identifiers", Map.of("aadhaar", "234123412345")))
                    .is(400);
            desk.get("/patients?search=" + NAME).is(200);
            desk.get("/patients?search=" + PHONE).is(200);
            desk.get("/patients/" + PHONE).is(404);
            Eventually.that(() ->
                    assertThat(desk.get("/patients?search=" + NAME).json()).hasSize(1));
            product.stop();
        }

        Path data = folder.resolve("data");
        assertThat(filesWith(data.resolve("elasticsearch"), NAME))
                .as("the index has to know the name, so the looking works")
                .isNotEmpty();
        for (String aadhaar : List.of(AADHAAR, "2341 2341 2346", "2341-2341-2346", "234123412345")) {
            assertThat(filesWith(folder, aadhaar)).isEmpty();
        }
        for (String personal : List.of(NAME, PHONE, "canary@example.com", "Canary Lane")) {
            assertThat(filesWith(data.resolve("postgresql"), personal)).isEmpty();
            assertThat(filesWith(data.resolve("logs"), personal)).isEmpty();
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
                Map.of("line1", "1 Canary Lane", "pincode", "400001"),
                "identifiers",
                Map.of("aadhaar", "2341 2341 2346"));
    }

    static List<Path> filesWith(Path folder, String canary) {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (contains(file, canary)) {
                    found.add(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static boolean contains(Path file, String canary) throws IOException {
        try {
            // One byte one character: nothing is lost, whatever the file holds.
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(canary);
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
