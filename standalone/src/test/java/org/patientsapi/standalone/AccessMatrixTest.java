package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.Api.Answer;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/**
 * Every operation of the published contract, tried by every demo client on a patient of the branch BLR and on one of MUM. An
 * operation that this test does not know fails it, and so does a change that {@code docs/access.md} does not show.
 */
class AccessMatrixTest extends AcceptanceTest {

    private static final Path TABLE = Path.of(System.getProperty("basedir", "."), "..", "docs", "access.md");
    private static final List<String> CLIENTS =
            DemoClients.all().stream().map(RegisteredClient::getClientId).toList();

    /** How an operation is tried on one patient. */
    private interface Attempt {
        Answer by(Api.Client client, Answer patient);
    }

    private final Map<String, Attempt> attempts = new LinkedHashMap<>(Map.of(
            "listPatients", (client, patient) -> client.get("/patients?search=" + patient.text("patient_id")),
            "searchPatients",
                    (client, patient) -> client.post("/patients/search", Map.of("search", patient.text("patient_id"))),
            "registerPatient",
                    (client, patient) ->
                            client.post("/patients", People.somebodyWith("branch_id", patient.text("branch_id"))),
            "getPatient", (client, patient) -> client.get("/patients/" + patient.id()),
            "updatePatient",
                    (client, patient) -> client.patch(
                            "/patients/" + patient.id(),
                            Map.of("email", People.phone().substring(1) + "@example.com")),
            "listVisits", (client, patient) -> client.get("/patients/" + patient.id() + "/visits"),
            "recordVisit",
                    (client, patient) -> client.post(
                            "/patients/" + patient.id() + "/visits",
                            Map.of("type", "OPD", "date", "2026-01-01", "provider", Map.of("name", "Dr Rao"))),
            "getVisit", (client, patient) -> client.get(visitOf(patient)),
            "amendVisit", (client, patient) -> client.patch(visitOf(patient), Map.of("reason", People.phone()))));

    {
        attempts.put("readEvents", (client, patient) -> client.get("/events?limit=1"));
        // As a stream, it would not end.
        attempts.put("streamEvents", (client, patient) -> client.send("HEAD", "/events/stream", null));
        attempts.put("readAudit", (client, patient) -> client.get(auditOf(patient)));
        attempts.put(
                "proveAuditEntry",
                (client, patient) -> client.get(auditOf(patient) + "/" + entryOf(patient) + "/proof"));
        attempts.put("listSeals", (client, patient) -> client.get("/audit/seals"));
        // On somebody else of the same branch: the patient is still needed.
        attempts.put("erasePatient", (client, patient) -> erase(client, anotherOf(patient)));
        attempts.put("getErasure", (client, patient) -> {
            Answer another = anotherOf(patient);
            erase(API.as("admin"), another).is(200);
            return client.get("/patients/" + another.id() + "/erasure");
        });
    }

    private static String auditOf(Answer patient) {
        return "/patients/" + patient.id() + "/audit";
    }

    private static String entryOf(Answer patient) {
        return AUDITOR.get(auditOf(patient) + "?kind=write").text("/0/entry_id");
    }

    private static Answer anotherOf(Answer patient) {
        return FRONT_DESK
                .post("/patients", People.somebodyWith("branch_id", patient.text("branch_id")))
                .is(201);
    }

    private static Answer erase(Api.Client client, Answer patient) {
        return client.send("DELETE", "/patients/" + patient.id() + "?reason=registered_in_error", null);
    }

    private String visitOf(Answer patient) {
        return "/patients/" + patient.id() + "/visits/"
                + READER.get("/patients/" + patient.id() + "/visits").text("/0/visit_id");
    }

    @Test
    void every_operation_by_every_client_is_as_the_table_says() throws IOException {
        assertThat(new TreeSet<>(attempts.keySet())).isEqualTo(new TreeSet<>(OpenApiContract.operationIds()));
        Map<String, Answer> patients = new LinkedHashMap<>();
        for (String branch : List.of("BLR", "MUM")) {
            Answer patient = FRONT_DESK
                    .post("/patients", People.somebodyWith("branch_id", branch))
                    .is(201);
            attempts.get("recordVisit").by(FRONT_DESK, patient).is(201);
            Eventually.that(() -> assertThat(READER.get("/patients?search=" + patient.text("patient_id"))
                            .json())
                    .hasSize(1));
            Eventually.that(
                    () -> attempts.get("proveAuditEntry").by(AUDITOR, patient).is(200));
            patients.put(branch, patient);
        }

        StringBuilder table = new StringBuilder(HEAD);
        table.append("| operation | branch | ")
                .append(String.join(" | ", CLIENTS))
                .append(" | no token |\n");
        table.append("|---|---|").append("---|".repeat(CLIENTS.size() + 1)).append('\n');
        for (String operation : new TreeSet<>(attempts.keySet())) {
            patients.forEach((branch, patient) -> {
                table.append("| `")
                        .append(operation)
                        .append("` | ")
                        .append(branch)
                        .append(" |");
                for (String client : CLIENTS) {
                    table.append(' ')
                            .append(outcome(operation, API.as(client), patient))
                            .append(" |");
                }
                table.append(' ')
                        .append(outcome(operation, API.anonymous(), patient))
                        .append(" |\n");
            });
        }

        assertThat(table.toString()).isEqualTo(Files.readString(TABLE));
    }

    /** The status, and for a list whether it shows the patient. */
    private String outcome(String operation, Api.Client client, Answer patient) {
        Answer answer = attempts.get(operation).by(client, patient);
        boolean searched = operation.equals("listPatients") || operation.equals("searchPatients");
        if (searched && answer.status() == 200) {
            assertThat(answer.header("X-Total-Count"))
                    .isEqualTo(Integer.toString(answer.json().size()));
            return answer.json().isEmpty() ? "200, nobody" : "200";
        }
        return Integer.toString(answer.status());
    }

    private static final String HEAD = """
            # Who may do what

            Each demo client of the embedded default, each operation, tried on a patient of the branch BLR and on one of MUM.
            `front-desk-blr` is limited to BLR: to it the other patient looks like none. `AccessMatrixTest` holds this table.

            """;
}
