package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.Api.Answer;

/** What operators get to see, and who else does not. */
class ObservabilityTest extends AcceptanceTest {

    private static final String ACTUATOR = API.address() + "/actuator";

    private final Operations operations = new Operations(API);

    @Test
    void only_health_is_shown_without_a_token_and_only_operators_see_and_do_the_rest() {
        for (String path : new String[] {"/prometheus", "/index", "/parked"}) {
            API.anonymous().get(ACTUATOR + path).isProblem(401, "token_required");
            FRONT_DESK.get(ACTUATOR + path).isProblem(403, "insufficient_scope");
            OPERATOR.get(ACTUATOR + path).is(200);
            assertThat(FRONT_DESK.send("HEAD", ACTUATOR + path, null).is(403).header("WWW-Authenticate"))
                    .contains("scope=\"operations:read\"");
        }
        API.anonymous().post(ACTUATOR + "/index/rebuild", "").isProblem(401, "token_required");
        Answer refused = FRONT_DESK.post(ACTUATOR + "/index/rebuild", "").isProblem(403, "insufficient_scope");
        assertThat(refused.header("WWW-Authenticate")).contains("scope=\"operations:write\"");
        OPERATOR.post(ACTUATOR + "/index/nonsense", "").isProblem(404, "not_found");
        OPERATOR.post(ACTUATOR + "/parked/nobody", "").isProblem(404, "not_found");
        OPERATOR.get("/patients").isProblem(403, "insufficient_scope");
        for (String path : new String[] {"/health", "/health/readiness", "/health/liveness", "/health/search"}) {
            assertThat(API.anonymous().get(ACTUATOR + path).is(200).body())
                    .contains("UP")
                    .doesNotContain("details");
        }
        API.anonymous().get(ACTUATOR + "/env").isProblem(401, "token_required");
        OPERATOR.get(ACTUATOR + "/env").is(404);
    }

    @Test
    void requests_are_measured_by_route_and_nothing_of_a_path_gets_into_a_metric() {
        READER.get("/patients/+919812345678").is(404);
        READER.get("/patients?search=somebody").is(200);

        String metrics = operations.get("/prometheus").is(200).body();

        assertThat(metrics)
                .contains("http_server_requests_seconds_bucket", "uri=\"/api/v1/patients/{id}\"")
                .contains("hikaricp_connections_active", "jvm_memory_used_bytes")
                .doesNotContain("9812345678", "somebody");
    }

    @Test
    void refused_duplicates_commands_and_what_the_index_is_behind_are_counted() {
        OptionalDouble before = metric("patients_duplicates_refused_total");
        var somebody = People.somebody();
        Answer registered = FRONT_DESK.post("/patients", somebody).is(201);

        FRONT_DESK.post("/patients", somebody).is(409);
        ADMIN.send("DELETE", "/patients/" + registered.id() + "?reason=patient_request", null)
                .is(200);

        assertThat(metric("patients_duplicates_refused_total").orElseThrow()).isEqualTo(before.orElse(0) + 1);
        assertThat(operations.get("/prometheus").body())
                .contains("patients_command_seconds_count", "command=\"RegisterPatient\"", "command=\"ErasePatient\"");
        assertThat(metric("patients_requests_rate_limited_total")).isPresent();
        Eventually.that(() -> {
            assertThat(metric("patients_projection_events_total").orElseThrow()).isPositive();
            assertThat(metric("patients_projection_lag_events").orElseThrow()).isZero();
            assertThat(metric("patients_projection_lag_seconds").orElseThrow()).isZero();
        });
    }

    @Test
    void whatever_the_dashboard_the_alerts_and_the_operators_manual_ask_for_is_measured() throws IOException {
        FRONT_DESK.post("/patients", People.somebody()).is(201);
        Set<String> asked = new TreeSet<>();
        for (String file : List.of("deploy/grafana/dashboards/patients.json", "deploy/prometheus/alerts.yml")) {
            asked.addAll(metricsIn(Files.readString(Path.of("..", file))));
        }
        Set<String> ofDashboardAndAlerts = Set.copyOf(asked);
        String manual = Files.readString(Path.of("../docs/operations.md"));
        asked.addAll(metricsIn(manual.substring(manual.indexOf("## Metrics to watch"), manual.indexOf("## Traces"))));
        assertThat(ofDashboardAndAlerts).hasSizeGreaterThan(20);
        assertThat(asked).hasSizeGreaterThan(ofDashboardAndAlerts.size());

        Eventually.that(() -> {
            String metrics = operations.get("/prometheus").is(200).body();
            assertThat(asked)
                    .allSatisfy(name ->
                            // The manual names a timer as a whole.
                            assertThat(metrics).containsPattern("(?m)^" + name + "(_count)?[{ ]"));
        });
    }

    private static Set<String> metricsIn(String text) {
        Matcher names = Pattern.compile("\\b(?:http_server|patients|hikaricp|jvm|process|logback)_\\w+")
                .matcher(text);
        return names.results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    /** While the token issuer is away that is every answer; a bad token's is given at the same place. */
    @Test
    void the_alarm_of_failures_counts_what_is_answered_before_there_is_a_route() throws IOException {
        API.anonymous().get("/patients").is(401);
        Matcher measured = Pattern.compile("http_server_requests_seconds_count\\{[^}]*status=\"401\",uri=\"([^\"]*)\"")
                .matcher(operations.get("/prometheus").is(200).body());
        assertThat(measured.find()).isTrue();

        assertThat(Pattern.compile("uri=~\"([^\"]*)\"")
                        .matcher(Files.readString(Path.of("../deploy/prometheus/alerts.yml")))
                        .results())
                .isNotEmpty()
                .allSatisfy(counted -> assertThat(measured.group(1)).matches(counted.group(1)));
    }

    @Test
    void every_alert_that_says_where_to_read_on_leads_to_a_part_of_the_manual() throws IOException {
        Matcher links = Pattern.compile("see: \"docs/operations\\.md#([a-z-]+)\"")
                .matcher(Files.readString(Path.of("../deploy/prometheus/alerts.yml")));
        List<String> anchors = links.results().map(link -> link.group(1)).toList();
        assertThat(anchors).hasSizeGreaterThan(5);
        assertThat(Files.readAllLines(Path.of("../docs/operations.md")).stream()
                        .filter(line -> line.startsWith("#"))
                        .map(line -> line.replaceFirst("#+ ", "")
                                .toLowerCase(Locale.ROOT)
                                .replace(' ', '-')))
                .containsAll(anchors);
    }

    private OptionalDouble metric(String name) {
        Matcher line = Pattern.compile("^" + name + "(?:\\{[^}]*})? (\\S+)$", Pattern.MULTILINE)
                .matcher(operations.get("/prometheus").is(200).body());
        return line.find() ? OptionalDouble.of(Double.parseDouble(line.group(1))) : OptionalDouble.empty();
    }
}
