package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.Api.Answer;
import org.patientsapi.testbackends.TestProcesses;
import tools.jackson.databind.JsonNode;

/** One installation with a bad day: its search engine stops for a while, and after an upgrade it is killed in the rebuild. */
class OperatedProcessTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final Path folder = ProductProcess.emptyFolder("operated");
    private final String port = Integer.toString(TestProcesses.freePort());
    private final Api api = new Api("http://localhost:" + port);
    private final Api.Client desk = api.as("front-desk");
    private final Operations operations = new Operations(api);

    @Test
    void it_catches_up_rebuilds_by_itself_after_an_upgrade_goes_on_with_that_when_killed_and_tells_what_it_did()
            throws IOException, InterruptedException {
        Queue<String> spans = new ConcurrentLinkedQueue<>();
        HttpServer collector = collector(spans);
        Map<String, String> environment = Map.of(
                "SERVER_PORT",
                port,
                // So that there is a middle in which to kill it.
                "PATIENTS_INDEX_STRETCH",
                "5",
                "PATIENTS_INDEX_SEARCH_GRACE",
                "1s",
                "LOGGING_EXPECT_CORRELATION_ID",
                "true",
                "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT",
                "http://localhost:" + collector.getAddress().getPort() + "/v1/traces",
                "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_SCHEDULE_DELAY",
                "200ms");
        int live;
        try (ProductProcess product = ProductProcess.start(folder, environment).awaitReady()) {
            trace_leads_from_the_request_over_the_event_to_the_index(spans);
            writes_go_on_while_the_search_engine_is_stopped(product);

            live = operations.get("/index").json().get("live_generation").intValue();
            SearchEngine.setMetadata(searchEngine(), "patients-" + live, "name_engine", 1);
            assertThat(operations.get("/index").json().get("rebuild").isNull())
                    .as("it was the newest when it started")
                    .isTrue();
            product.kill();
        }
        JsonNode begun;
        String index;
        try (ProductProcess upgraded = ProductProcess.start(folder, environment)) {
            begun = Awaitility.await()
                    .atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofMillis(5))
                    .ignoreExceptions()
                    .until(
                            () -> operations.get("/index").is(200).json().get("rebuild"),
                            run -> run.path("patients").asInt() > 0);
            index = searchIndex(live + 1);
            upgraded.kill();
        }
        assertThat(begun.get("reason").stringValue()).isEqualTo("definition_changed");
        assertThat(begun.get("generation").intValue()).isEqualTo(live + 1);
        Instant killed = Instant.now();
        try (ProductProcess restarted =
                ProductProcess.start(folder, environment).awaitReady()) {
            assertThat(restarted.console()).as("it opens once").doesNotContain("demo hospital");
            JsonNode run = operations.finished("rebuild", begun.get("id").longValue());

            assertThat(OffsetDateTime.parse(run.get("finished_at").stringValue())
                            .toInstant())
                    .as("it was killed in the middle")
                    .isAfter(killed);
            assertThat(searchIndex(live + 1)).as("gone on with, not begun anew").isEqualTo(index);
            assertThat(run.get("patients")).as("each of them once").isEqualTo(run.get("total"));
            assertThat(run.get("total").longValue()).isGreaterThan(DemoHospital.PATIENTS);
            JsonNode state = operations.get("/index").json();
            assertThat(state.get("live_generation")).isEqualTo(begun.get("generation"));
            assertThat(state.get("current").booleanValue()).isTrue();
            JsonNode check = operations.run("check");
            assertThat(check.get("patients")).isEqualTo(run.get("total"));
            assertThat(check.get("repaired").longValue()).isZero();
            assertThat(desk.get("/patients?per_page=1").header("X-Total-Count"))
                    .isEqualTo(run.get("total").toString());
            restarted.stop();
        } finally {
            collector.stop(0);
        }
    }

    private void trace_leads_from_the_request_over_the_event_to_the_index(Queue<String> spans) {
        desk.with("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                .post("/patients", People.named("Traceable", "Person"))
                .is(201);

        String id = new String(HexFormat.of().parseHex(TRACE), StandardCharsets.ISO_8859_1);
        for (String name : List.of("http post /api/v1/patients", "RegisterPatient", "project patients-index")) {
            Pattern span = Pattern.compile(Pattern.quote(id) + ".{0,40}?" + Pattern.quote(name), Pattern.DOTALL);
            Eventually.that(() -> assertThat(spans)
                    .as(name)
                    .anyMatch(sent -> span.matcher(sent).find()));
        }
        assertThat(spans).noneMatch(sent -> sent.contains("Traceable"));
        Eventually.that(() -> assertThat(Files.readString(folder.resolve("data/logs/patients-api.log")))
                .as("the request's line in the log")
                .containsPattern(TRACE + ".*POST /api/v1/patients 201"));
    }

    private void writes_go_on_while_the_search_engine_is_stopped(ProductProcess product)
            throws IOException, InterruptedException {
        signal(product, "STOP");
        Answer patient;
        try {
            patient = desk.post("/patients", People.named("Meanwhile", "Registered"))
                    .is(201);
            desk.get("/patients?search=Meanwhile").isProblem(503, "store_unavailable");
            desk.get("/patients/" + patient.id()).is(200);
            assertThat(api.anonymous()
                            .get(api.address() + "/actuator/health/readiness")
                            .status())
                    .isEqualTo(200);
            assertThat(api.anonymous()
                            .get(api.address() + "/actuator/health/search")
                            .status())
                    .isEqualTo(503);
        } finally {
            signal(product, "CONT");
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> desk.get("/patients?search=Meanwhile").status() == 200
                        && desk.get("/patients?search=Meanwhile").all("id").contains(patient.id()));
        assertThat(operations.run("check").get("repaired").longValue()).isZero();
    }

    private static void signal(ProductProcess product, String signal) {
        for (ProcessHandle server : product.servers()) {
            if (server.info().commandLine().orElse("").contains("org.elasticsearch.server/")) {
                TestProcesses.signal(signal, server.pid());
            }
        }
    }

    /** What no index that is made anew has again, whatever its name. */
    private String searchIndex(int generation) throws IOException {
        String name = "patients-" + generation;
        return SearchEngine.send(searchEngine(), "GET", "/" + name + "/_settings", "")
                .get(name)
                .at("/settings/index/uuid")
                .asString();
    }

    /** Where it listens this time. */
    private URI searchEngine() throws IOException {
        Matcher port = Pattern.compile("(?m)^http\\.port: (\\d+)$")
                .matcher(Files.readString(folder.resolve("data/elasticsearch/config/elasticsearch.yml")));
        assertThat(port.find()).isTrue();
        return URI.create("http://127.0.0.1:" + port.group(1));
    }

    /** Keeps what is sent to it as text of single bytes: enough to find an id and a name in protobuf. */
    private static HttpServer collector(Queue<String> received) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return server;
    }
}
