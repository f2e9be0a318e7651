package org.patientsapi.platform.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The error table of the contract, row by row. */
class ProblemsTest extends ApiTest {

    private static void assertProblem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = json(response);
        assertThat(problem.propertyNames())
                .contains("type", "title", "status", "detail", "instance", "code", "request_id");
        assertThat(problem.at("/code").asString()).isEqualTo(code);
        assertThat(problem.at("/type").asString()).isEqualTo("urn:patients-api:problem:" + code);
        assertThat(problem.at("/status").asInt()).isEqualTo(status);
        assertThat(response.headers().firstValue("X-Request-Id"))
                .contains(problem.at("/request_id").asString());
        assertThat(response.body()).doesNotContain("Rajesh", "+919876543210", "Exception", "org.");
    }

    @ParameterizedTest
    @CsvSource({
        "missing, 404, patient_not_found",
        "duplicate, 409, duplicate_patient",
        "stale, 412, stale_version",
        "branch, 403, branch_not_granted",
        "in-use, 409, idempotency_key_in_use",
        "reused, 422, idempotency_key_reused",
        "away, 503, store_unavailable",
        "wrapped, 404, patient_not_found",
        "database, 503, store_unavailable",
        "broken-off, 503, store_unavailable",
        "error, 500, internal_error",
        "unexpected, 500, internal_error"
    })
    void each_refusal_has_its_status_and_its_code(String kind, int status, String code) {
        assertProblem(get("/api/v1/refusals/" + kind), status, code);
    }

    @Test
    void a_duplicate_names_the_patient_that_exists_and_what_matched() {
        JsonNode problem = json(get("/api/v1/refusals/duplicate"));

        assertThat(problem.at("/existing_patient_id").asString()).isEqualTo("id-1");
        assertThat(problem.at("/existing_patient_number").asString()).isEqualTo("NUMBER-1");
        assertThat(problem.at("/matched_on")).hasToString("[\"phone\",\"date_of_birth\"]");
    }

    @Test
    void a_stale_version_comes_with_the_current_ETag() {
        assertThat(get("/api/v1/refusals/stale").headers().firstValue("ETag")).contains("\"7\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"away", "database", "in-use"})
    void what_may_be_tried_again_says_when(String kind) {
        assertThat(get("/api/v1/refusals/" + kind)
                        .headers()
                        .firstValueAsLong("Retry-After")
                        .orElse(0))
                .isBetween(1L, 60L);
    }

    @Test
    void a_branch_that_is_not_granted_says_so_as_RFC_6750_has_it() {
        assertThat(get("/api/v1/refusals/branch").headers().firstValue("WWW-Authenticate"))
                .contains("Bearer realm=\"patients-api\", error=\"insufficient_scope\"");
    }

    @Test
    void all_problems_of_a_body_come_at_once() {
        HttpResponse<String> response = post(
                "/api/v1/things",
                "{\"id\":\"x\",\"gender\":5,\"address\":{\"pincode\":null,\"planet\":1},\"nickname\":\"Raju\"}");

        assertProblem(response, 400, "invalid_fields");
        assertThat(json(response)
                        .at("/errors")
                        .valueStream()
                        .map(error -> error.at("/field").asString() + " "
                                + error.at("/code").asString()))
                .containsExactly(
                        "id read_only_field",
                        "first_name required",
                        "gender invalid_type",
                        "address.pincode required",
                        "nickname unknown_field",
                        "address.planet unknown_field");
        assertThat(json(response).at("/errors/0/message").asString()).isNotBlank();
    }

    @Test
    void a_good_body_is_read() {
        assertThat(post("/api/v1/things", "{\"first_name\":\"R\",\"gender\":\"male\"}")
                        .body())
                .isEqualTo("{\"size\":2}");
    }

    @Test
    void answers_are_in_snake_case_with_dates_as_text() {
        assertThat(get("/api/v1/things/x").body())
                .isEqualTo(
                        "{\"first_name\":\"x\",\"born_on\":\"1985-03-15\",\"registered_at\":\"1970-01-01T00:00:00Z\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "\"text\"", "null", "{} {}", "{\"a\":1,}", "{'a':1}", "{\"a\":NaN}", "{\"a\":01}"
            })
    void a_body_that_is_not_one_JSON_object_is_malformed(String body) {
        assertProblem(post("/api/v1/things", body), 400, "malformed_json");
    }

    @Test
    void a_body_is_never_echoed() {
        assertProblem(post("/api/v1/things", "{\"first_name\":\"Rajesh"), 400, "malformed_json");
        assertProblem(
                post("/api/v1/things", "{\"gender\":\"Rajesh\",\"first_name\":[\"Rajesh\"]}"), 400, "invalid_fields");
    }

    @Test
    void all_bad_parameters_come_at_once_and_unknown_ones_are_ignored() {
        HttpResponse<String> response =
                get("/api/v1/list?page=0&per_page=101&registered_after=yesterday&utm_source=mail");

        assertProblem(response, 400, "invalid_fields");
        assertThat(json(response)
                        .at("/errors")
                        .valueStream()
                        .map(error -> error.at("/field").asString()))
                .containsExactly("page", "per_page", "registered_after");
    }

    @Test
    void a_parameter_that_Spring_binds_is_named_too() {
        assertProblem(get("/api/v1/bound?number=x"), 400, "invalid_fields");
        assertThat(json(get("/api/v1/bound?number=x")).at("/errors/0/field").asString())
                .isEqualTo("number");
        assertThat(json(get("/api/v1/bound")).at("/errors/0/code").asString()).isEqualTo("required");
    }

    @Test
    void a_date_begins_in_the_hospital_s_time_zone() {
        assertThat(get("/api/v1/list?registered_after=2026-01-31&search=%20raj%20")
                        .body())
                .isEqualTo("[\"1\",\"20\",\"raj\",\"2026-01-30T18:30:00Z\"]");
    }

    @Test
    void an_unknown_path_is_a_404_with_or_without_a_token() {
        assertProblem(get("/api/v1/nothing"), 404, "not_found");
        assertProblem(get("/api/v2/things"), 404, "not_found");
        assertProblem(get("/nothing"), 404, "not_found");
        assertProblem(send(anonymous("/nothing")), 404, "not_found");
        assertProblem(send(anonymous("/error")), 404, "not_found");
        assertProblem(send(anonymous("/docs/nothing")), 404, "not_found");
    }

    @Test
    void the_instance_is_the_path_without_the_query() {
        assertThat(json(get("/api/v1/nothing?phone=9876543210")).at("/instance").asString())
                .isEqualTo("/api/v1/nothing");
        assertThat(json(get("/api/v1/send-error/404")).at("/instance").asString())
                .isEqualTo("/api/v1/send-error/404");
    }

    @Test
    void a_method_that_is_not_there_names_those_that_are() {
        HttpResponse<String> response = send(call("/api/v1/things/x").DELETE());

        assertProblem(response, 405, "method_not_allowed");
        assertThat(response.headers().firstValue("Allow").orElseThrow().split(", "))
                .contains("GET", "PATCH")
                .doesNotContain("DELETE");
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /api/v1/patients, 'GET, HEAD, POST'",
        "POST, /api/v1/audit/seals, 'GET, HEAD'",
        "POST, /api/v1/patients/x/audit, 'GET, HEAD'",
        "PUT, /api/v1/patients/x, 'DELETE, GET, HEAD, PATCH'",
    })
    void a_method_that_is_at_neither_side_names_those_of_both(String method, String path, String allowed) {
        HttpResponse<String> response = send(call(path).method(method, BodyPublishers.noBody()));

        assertProblem(response, 405, "method_not_allowed");
        assertThat(allowed(response)).containsExactly(allowed.split(", "));
        assertThat(allowed(send(call(path).method("OPTIONS", BodyPublishers.noBody()))))
                .contains(allowed.split(", "))
                .doesNotContain(method);
        assertProblem(send(anonymous(path).method(method, BodyPublishers.noBody())), 401, "token_required");
    }

    @Test
    void what_is_only_at_the_other_side_is_not_there() {
        assertProblem(get("/api/v1/patients/x/audit"), 404, "not_found");
        assertProblem(post("/api/v1/patients", "{}"), 404, "not_found");
        assertThat(get("/api/v1/patients").body()).isEqualTo("[]");
    }

    private static List<String> allowed(HttpResponse<String> response) {
        return Stream.of(response.headers().firstValue("Allow").orElseThrow().split(", ?"))
                .sorted()
                .toList();
    }

    @Test
    void an_Accept_that_nothing_meets_is_a_406_in_problem_json() {
        assertProblem(send(call("/api/v1/things/x").header("Accept", "text/html")), 406, "not_acceptable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json;q=0", "text/html, application/json;q=0.0", "*/*;q=0", "*/*; Q=0.000"})
    void what_is_accepted_with_a_weight_of_0_is_not_accepted(String accepted) {
        assertProblem(send(call("/api/v1/things/x").header("Accept", accepted)), 406, "not_acceptable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json;version=1", "application/json;profile=\"a b\";q=0.5"})
    void the_answer_has_no_parameters_that_the_client_made_up(String accepted) {
        HttpResponse<String> response = send(call("/api/v1/things/x").header("Accept", accepted));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json;charset=iso-8859-1",
                "application/json;charset=utf-16, */*;q=0.1",
                "*/*; Charset=us-ascii"
            })
    void JSON_is_in_UTF_8_whatever_charset_is_accepted(String accepted) {
        HttpResponse<String> response =
                send(call("/api/v1/things/%E0%A4%B0%E0%A4%BE%E0%A4%9C").header("Accept", accepted));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(json(response).at("/first_name").asString()).isEqualTo("राज");
    }

    @Test
    void errors_are_problem_json_whatever_is_accepted() {
        assertProblem(send(call("/api/v1/nothing").header("Accept", "text/html")), 404, "not_found");
        assertProblem(send(anonymous("/api/v1/caller").header("Accept", "image/png")), 401, "token_required");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/xml",
                "application/x-www-form-urlencoded",
                "multipart/form-data;boundary=x",
                "multipart/form-data",
                "nonsense"
            })
    void a_media_type_that_is_not_JSON_names_the_one_that_is(String type) {
        HttpResponse<String> response =
                send(call("/api/v1/things").header("Content-Type", type).POST(BodyPublishers.ofString("{}")));

        assertProblem(response, 415, "unsupported_media_type");
        assertThat(response.headers().firstValue("Accept")).contains("application/json");
    }

    @Test
    void a_multipart_body_that_cannot_be_read_is_refused_for_what_it_is() {
        String part = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nbreaks off";

        assertProblem(
                send(call("/api/v1/things")
                        .header("Content-Type", "multipart/form-data;boundary=x")
                        .POST(BodyPublishers.ofString(part))),
                415,
                "unsupported_media_type");
        assertProblem(
                send(anonymous("/docs/nothing")
                        .header("Content-Type", "multipart/form-data")
                        .POST(BodyPublishers.ofString(part))),
                404,
                "not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/merge-patch+json", "application/json;charset=utf-8"})
    void a_patch_is_taken_as_JSON_and_as_merge_patch(String type) {
        assertThat(send(call("/api/v1/things/x")
                                .header("Content-Type", type)
                                .method("PATCH", BodyPublishers.ofString("{\"a\":1}")))
                        .body())
                .isEqualTo("{\"size\":1}");
    }

    @ParameterizedTest
    @CsvSource({"404, not_found", "400, invalid_request", "500, internal_error", "503, store_unavailable"})
    void what_is_sent_as_a_servlet_error_is_a_problem_too(int status, String code) {
        assertProblem(get("/api/v1/send-error/" + status), status, code);
    }

    @Test
    void a_head_request_works_where_get_does() {
        HttpResponse<String> response = send(call("/api/v1/things/x").method("HEAD", BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void answers_of_the_API_are_neither_cached_nor_framed_nor_guessed_at() {
        var headers = get("/api/v1/caller").headers();

        assertThat(headers.firstValue("Cache-Control"))
                .hasValueSatisfying(v -> assertThat(v).contains("no-store"));
        assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(headers.firstValue("Content-Security-Policy"))
                .contains("default-src 'none'; frame-ancestors 'none'");
        assertThat(headers.allValues("Set-Cookie")).isEqualTo(List.of());
        assertThat(headers.firstValue("Server")).isEmpty();
    }

    @Test
    void an_endpoint_that_names_no_scope_serves_nobody() {
        assertProblem(get("/api/v1/forgotten"), 500, "internal_error");
    }

    @Test
    void an_endpoint_outside_of_the_API_that_is_not_listed_as_public_is_not_there() {
        assertProblem(send(anonymous("/backdoor")), 404, "not_found");
        assertProblem(get("/backdoor"), 404, "not_found");
    }

    @Test
    void while_there_are_few_requests_they_run_on_threads_of_the_system() {
        assertThat(get("/api/v1/thread").body()).isEqualTo("false");
    }

    @Test
    void health_is_public_and_the_rest_of_the_actuator_is_not() {
        assertThat(send(anonymous("/actuator/health")).statusCode()).isEqualTo(200);
        assertProblem(send(anonymous("/actuator/metrics")), 401, "token_required");
        assertProblem(get("/actuator/metrics"), 403, "insufficient_scope");
    }
}
