package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.Api.Answer;
import org.patientsapi.testbackends.TestProcesses;

/**
 * Erases somebody in a hospital without a legal hold, looks for what is left in every file, and then puts back a backup of
 * both stores from before.
 */
class ErasedForEverTest {

    private static final String NAME = "Canaryvimala";
    private static final String PHONE = "9823498234";
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
    void nothing_is_left_and_an_old_backup_brings_nobody_back() throws Exception {
        String id = registered();
        assertThat(NothingInTheClearTest.filesWith(data.resolve("elasticsearch"), NAME.toLowerCase()))
                .as("the index has to know the name, so the looking works")
                .isNotEmpty();
        for (String store : STORES) {
            copy(data.resolve(store), folder.resolve("backup-" + store));
        }

        Answer erased = erase(id);

        for (String personal :
                List.of(NAME, NAME.toLowerCase(), PHONE, "canary2@example.com", "Vimala Lane", "Dr Vimala")) {
            assertThat(NothingInTheClearTest.filesWith(data, personal))
                    .as(personal)
                    .isEmpty();
        }

        for (String store : STORES) {
            run("rm", "-r", data.resolve(store).toString());
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

        Files.move(data.resolve("keys/vault.json"), data.resolve("keys/lost.json"));
        try (ProductProcess keyless = ProductProcess.start(folder, environment)) {
            assertThat(keyless.exitCode()).isEqualTo(1);
            assertThat(keyless.console())
                    .contains(
                            "Patients API cannot start. The vault file ",
                            "vault.json is missing",
                            "put back the file that this database was started with.")
                    .doesNotContain("\tat ", "APPLICATION FAILED");
        }
    }

    private String registered() {
        try (ProductProcess product = ProductProcess.start(folder, environment).awaitReady()) {
            Answer patient = desk.with("Idempotency-Key", "canary")
                    .post(
                            "/patients",
                            People.somebodyWith(
                                    "first_name",
                                    NAME,
                                    "phone",
                                    PHONE,
                                    "email",
                                    "canary2@example.com",
                                    "address",
                                    Map.of("line1", "2 Vimala Lane", "pincode", "400001")))
                    .is(201);
            desk.post(
                            "/patients/" + patient.id() + "/visits",
                            Map.of("type", "OPD", "date", "2026-01-01", "provider", Map.of("name", "Dr Vimala")))
                    .is(201);
            // Enough for a snapshot.
            for (int i = 0; i < 60; i++) {
                desk.patch("/patients/" + patient.id(), Map.of("last_name", "Wadekar" + (char) ('a' + i % 26)))
                        .is(200);
            }
            Eventually.that(() ->
                    assertThat(desk.get("/patients?search=" + NAME).json()).hasSize(1));
            product.stop();
            return patient.id();
        }
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
    private static void copy(Path from, Path to) throws IOException, InterruptedException {
        run("cp", "-a", from.toString(), to.toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
