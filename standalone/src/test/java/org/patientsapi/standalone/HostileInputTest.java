package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.patientsapi.standalone.Api.Answer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Thousands of damaged, lying and absurd requests from a fixed seed: each is answered, and none by a server error. */
class HostileInputTest extends AcceptanceTest {

    private static final int CASES = 2500;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final List<String> NASTY = List.of(
            "",
            " ",
            "\0",
            "\u202Egnirts\u202C",
            "\uFEFF",
            "\u200D",
            "'; DROP TABLE domain_event; --",
            "{\"$ne\": null}",
            "*) OR (*",
            "\"\\",
            "<script>",
            "%00",
            "\uD83D\uDE00".repeat(50),
            "क".repeat(120),
            "9".repeat(400),
            "-1",
            "1e999",
            "NaN",
            "2026-02-30",
            "0000-00-00",
            "+91",
            "../../etc/passwd",
            "null",
            "true",
            "a".repeat(9000));

    private final Random random = new Random(20261122);
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void damaged_registrations_and_patches_are_refused_or_understood_but_never_an_error_of_the_server()
            throws Exception {
        Answer victim = FRONT_DESK.post("/patients", People.somebody()).is(201);
        ObjectNode whole = (ObjectNode) OpenApiContract.PUBLISHED
                .document()
                .at("/paths/~1api~1v1~1patients/post/requestBody/content/application~1json/examples/complete/value");

        int registered = 0;
        int patched = 0;
        for (int i = 0; i < CASES; i++) {
            ObjectNode body = whole.deepCopy();
            int damages = 1 + random.nextInt(4);
            IntStream.range(0, damages).forEach(n -> damage(body));
            byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
            if (random.nextInt(4) == 0) {
                bytes = scratched(bytes);
            }
            boolean patch = random.nextBoolean();
            boolean understood = isUnderstood(
                    send(patch ? "PATCH" : "POST", patch ? "/patients/" + victim.id() : "/patients", bytes), i);
            registered += understood && !patch ? 1 : 0;
            patched += understood && patch ? 1 : 0;
        }

        assertThat(registered).as("some were well enough to register").isPositive();
        assertThat(patched).as("some were well enough to patch").isPositive();
        assertThat(READER.get("/patients/" + victim.id()).is(200).id()).isEqualTo(victim.id());
    }

    @Test
    void damaged_visits_and_searches_are_never_an_error_of_the_server() throws Exception {
        Answer victim = FRONT_DESK.post("/patients", People.somebody()).is(201);
        ObjectNode visit = (ObjectNode) Api.JSON.readTree(
                "{\"type\":\"IPD\",\"admitted_at\":\"2026-01-01T10:00:00Z\",\"discharged_at\":\"2026-01-02T10:00:00Z\","
                        + "\"provider\":{\"id\":\"1\",\"name\":\"Dr Rao\"},\"reason\":\"x\"}");
        ObjectNode search = (ObjectNode)
                Api.JSON.readTree(
                        "{\"search\":\"raj\",\"branch_id\":\"BLR\",\"registered_after\":\"2026-01-01\",\"page\":1,\"per_page\":5}");

        int recorded = 0;
        int found = 0;
        for (int i = 0; i < CASES / 5; i++) {
            ObjectNode body = (i % 2 == 0 ? visit : search).deepCopy();
            damage(body);
            damage(body);
            String path = i % 2 == 0 ? "/patients/" + victim.id() + "/visits" : "/patients/search";
            boolean understood = isUnderstood(send("POST", path, body.toString().getBytes(StandardCharsets.UTF_8)), i);
            recorded += understood && i % 2 == 0 ? 1 : 0;
            found += understood && i % 2 == 1 ? 1 : 0;
            String text = Api.encoded(NASTY.get(random.nextInt(NASTY.size() - 1)));
            isUnderstood(send("GET", "/patients?search=" + text + "&page=" + text, null), i);
            isUnderstood(send("GET", "/patients/" + text.replace("%2F", "x").replace("%5C", "x"), null), i);
        }

        assertThat(recorded).as("some were well enough to record").isPositive();
        assertThat(found).as("some were well enough to search by").isPositive();
        assertThat(READER.get("/patients/" + victim.id()).is(200).id()).isEqualTo(victim.id());
    }

    /** In UTF-8 curly quotes and every Indian script have bytes that are controls in Latin-1, as which headers are read. */
    @ParameterizedTest
    @CsvSource({
        "GET, /patients?x%0Ay=1, X-Unknown, राज, 200, X-Total-Count",
        "PATCH, /patients/{id}, If-Match, “1”, 412, stale_version",
        "DELETE, /patients/{id}?reason=patient_request, If-Match, “1”, 412, stale_version",
        "GET, /patients/{id}, If-None-Match, “1”, 200, visit_history",
        "POST, /patients, Idempotency-Key, राज, 400, invalid_format",
        "POST, /patients/{id}/visits, Idempotency-Key, “x”, 400, invalid_format",
        "GET, /events/stream, Last-Event-ID, “x”, 400, invalid_cursor",
        "GET, /patients/{id}/audit, Accept, “x”, 406, not_acceptable",
        "POST, /patients, Content-Type, “x”, 415, unsupported_media_type",
    })
    void a_header_in_another_script_is_judged_by_whoever_reads_it(
            String method, String path, String header, String value, int status, String answer) throws IOException {
        assumeThat(Cluster.isUnderTest())
                .as("the gateway of the tests sends none")
                .isFalse();
        String body = method.equals("GET") || method.equals("DELETE") ? "" : "{\"first_name\":\"Raj\"}";
        String id = FRONT_DESK.post("/patients", People.somebody()).is(201).id();
        String type = header.equals("Content-Type") ? "" : "Content-Type: application/json\r\n";

        assertThat(raw(method + " /api/v1" + path.replace("{id}", id) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                        + "Authorization: Bearer " + ADMIN.token() + "\r\n" + type + "Content-Length: " + body.length()
                        + "\r\n" + header + ": " + value + "\r\n\r\n" + body))
                .startsWith("HTTP/1.1 " + status)
                .contains(answer)
                .doesNotContain(value);
    }

    /** An error would say that nothing was done. */
    @Test
    void what_was_done_is_told_in_UTF_8_whatever_charset_is_accepted() {
        Api.Client desk = FRONT_DESK.with("Accept", "application/json;charset=iso-8859-1");
        Answer patient =
                desk.post("/patients", People.somebodyWith("first_name", "राज")).is(201);

        assertThat(patient.text("first_name")).isEqualTo("राज");
        assertThat(patient.header("Content-Type")).isEqualTo("application/json");
        desk.patch("/patients/" + patient.id(), "{\"last_name\": \"Rao\"}").is(200);
        ADMIN.with("Accept", "application/json;charset=utf-16")
                .send("DELETE", "/patients/" + patient.id() + "?reason=registered_in_error", null)
                .is(200);
    }

    @Test
    void whoever_asks_for_a_token_in_another_script_gets_none() throws IOException {
        assumeThat(Cluster.isUnderTest()).as("the issuer is another there").isFalse();
        String form = "grant_type=client_credentials&“=1&x%0Ay=1";

        assertThat(raw("POST /oauth2/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Basic “x”\r\n"
                        + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                        + form.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + form))
                .startsWith("HTTP/1.1 4");
    }

    /** In parts too, where one side has some of them and the other the rest. */
    @Test
    void a_method_that_a_path_has_not_is_answered_with_all_that_it_has() {
        OpenApiContract.PUBLISHED.document().get("paths").properties().stream()
                .filter(path -> path.getKey().startsWith("/api/"))
                .forEach(path -> {
                    String there = path.getKey().replaceAll("\\{[^}]+}", "x");
                    List<String> has = Stream.of("GET", "HEAD", "POST", "PATCH", "DELETE")
                            .filter(method -> path.getValue()
                                    .has(method.replace("HEAD", "GET").toLowerCase(Locale.ROOT)))
                            .toList();
                    Stream.of("POST", "PUT", "PROPFIND")
                            .filter(Predicate.not(has::contains))
                            .forEach(method -> assertThat(ADMIN.send(method, there, null)
                                            .isProblem(405, "method_not_allowed")
                                            .header("Allow")
                                            .split(", "))
                                    .as("%s %s", method, there)
                                    .containsAll(has));
                });
    }

    /** What the JDK's client refuses to send. */
    private static String raw(String request) throws IOException {
        URI address = URI.create(API.address());
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Not where it was turned away before anybody looked at it: that would tell nothing of what it does. */
    private static boolean isUnderstood(HttpResponse<String> answer, int seedStep) {
        assertThat(answer.statusCode())
                .as("case %d: %s", seedStep, answer.body())
                .isBetween(200, 499)
                .isNotIn(401, 403, 429);
        if (answer.statusCode() >= 400 && !answer.body().isEmpty()) {
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        }
        return answer.statusCode() < 300;
    }

    private HttpResponse<String> send(String method, String path, byte @Nullable [] body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(API.address() + "/api/v1" + path))
                        .timeout(PATIENCE)
                        .header("Authorization", "Bearer " + FRONT_DESK.token())
                        .header("Content-Type", "application/json")
                        .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Changes one thing somewhere in the document. */
    private void damage(ObjectNode object) {
        List<String> names = List.copyOf(object.propertyNames());
        String name = names.get(random.nextInt(names.size()));
        JsonNode value = object.get(name);
        if (value instanceof ObjectNode child && !child.isEmpty() && random.nextInt(4) > 0) {
            damage(child);
            return;
        }
        if (value instanceof ArrayNode list
                && !list.isEmpty()
                && list.get(0) instanceof ObjectNode child
                && random.nextInt(4) > 0) {
            damage(child);
            return;
        }
        switch (random.nextInt(8)) {
            case 0 -> object.remove(name);
            case 1 -> object.putNull(name);
            case 2 -> object.put(name, random.nextLong());
            case 3 -> object.put(name, random.nextBoolean());
            case 4 -> object.putArray(name).add(value).add(value);
            case 5 -> object.putObject(name).set(name, value);
            case 6 -> object.put(NASTY.get(random.nextInt(NASTY.size())), name);
            default -> object.put(name, NASTY.get(random.nextInt(NASTY.size())));
        }
    }

    /** Bytes changed, lost or doubled, without regard for JSON or UTF-8. */
    private byte[] scratched(byte[] whole) {
        byte[] bytes = whole.clone();
        for (int i = 0; i < 3; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return random.nextBoolean() ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
}
