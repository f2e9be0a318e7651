package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.Api.Answer;
import org.patientsapi.testbackends.TestDirectory;
import org.patientsapi.testbackends.TestProcesses;

/**
 * The jar as it is handed out, from an empty folder: that it starts, and that its other commands find the audit of what was done
 * with it to be whole, in the database and in an export.
 */
class PackagedJarIT {

    private static final Path JAR =
            TestDirectory.module().resolve("target").resolve("standalone-" + ProductProcess.VERSION + ".jar");

    private final Path folder = ProductProcess.emptyFolder("jar");
    private final Path saved = folder.resolve("seals.json");
    private final Path export = folder.resolve("audit.jsonl");

    @Test
    void what_it_records_is_verified_by_its_own_commands_with_the_database_and_without() throws Exception {
        String port = Integer.toString(TestProcesses.freePort());
        Api api = new Api("http://localhost:" + port);
        try (ProductProcess product = ProductProcess.startJar(
                JAR,
                folder,
                Map.of("SERVER_PORT", port, "PATIENTS_DEMO_ENABLED", "false", "PATIENTS_AUDIT_SEAL_EVERY", "200ms"))) {
            product.awaitReady();
            String entry = live(api);
            Eventually.that(() -> api.as("auditor").get(entry + "/proof").is(200));
            Files.writeString(
                    saved, api.as("auditor").get("/audit/seals").is(200).body());

            assertThat(run(login(), "verify-audit", ProductProcess.jdbcUrl(folder), saved.toString()))
                    .startsWith("0 ")
                    .contains("All is as it was sealed.");
            assertThat(run(login(), "export-audit", ProductProcess.jdbcUrl(folder), export.toString()))
                    .startsWith("0 ");
            assertThat(run(
                            Map.of("PGUSER", "patients_app", "PGPASSWORD", "guess"),
                            "verify-audit",
                            ProductProcess.jdbcUrl(folder),
                            saved.toString()))
                    .startsWith("2 ");
        }

        assertThat(run(Map.of(), "verify-audit", export.toString(), saved.toString()))
                .startsWith("0 ")
                .contains("All is as it was sealed.");
        String lines = Files.readString(export);
        assertThat(lines).contains("GET /patients/{id}", "patient.registered").doesNotContain("Gayatri", "+9198");
        Files.writeString(export, lines.replaceFirst("GET /patients/.id.", "GET /patients"));
        assertThat(run(Map.of(), "verify-audit", export.toString(), saved.toString()))
                .startsWith("1 ")
                .contains("something was changed", "It is NOT as it was sealed.");
    }

    /** Writes, reads, finds, is refused and erases. @return the path of the last of it */
    private static String live(Api api) {
        Answer patient = api.as("front-desk")
                .post("/patients", People.named("Gayatri", "Jarwati"))
                .is(201);
        String path = "/patients/" + patient.id();
        api.as("front-desk").patch(path, Map.of("email", "g@example.com")).is(200);
        api.as("reader").get(path).is(200);
        api.as("reader").get("/patients").is(200);
        api.as("reader").patch(path, Map.of()).is(403);
        api.as("admin").send("DELETE", path + "?reason=patient_request", null).is(200);
        return path
                + "/audit/"
                + api.as("auditor")
                        .get(path + "/audit?kind=write")
                        .is(200)
                        .all("entry_id")
                        .getFirst();
    }

    private Map<String, String> login() {
        return Map.of("PGUSER", "patients_app", "PGPASSWORD", ProductProcess.password(folder, "patients-app"));
    }

    /** The exit code and what was said. */
    private static String run(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(TestProcesses.java(), "-XX:TieredStopAtLevel=1", "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + " " + said;
    }
}
