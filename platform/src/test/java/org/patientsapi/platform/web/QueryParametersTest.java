package org.patientsapi.platform.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.patientsapi.values.InvalidFields;
import org.springframework.mock.web.MockHttpServletRequest;

class QueryParametersTest {

    private static final ZoneId INDIA = ZoneId.of("Asia/Kolkata");

    private static QueryParameters url(String name, String... values) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.addParameter(name, values);
        return QueryParameters.of(request, INDIA);
    }

    private static QueryParameters body(String json) {
        return QueryParameters.of(JsonBody.parse(json.replace('\'', '"').getBytes(UTF_8)), INDIA);
    }

    private static List<String> problems(QueryParameters parameters) {
        InvalidFields invalid = catchThrowableOfType(InvalidFields.class, parameters::finish);
        return invalid == null
                ? List.of()
                : invalid.problems().stream()
                        .map(problem -> problem.field() + " " + problem.code())
                        .toList();
    }

    @Test
    void absent_and_empty_parameters_have_their_defaults() {
        QueryParameters parameters = url("page", "");

        assertThat(parameters.page()).isEqualTo(1);
        assertThat(parameters.perPage()).isEqualTo(20);
        assertThat(parameters.text("search", 10)).isNull();
        assertThat(parameters.moment("registered_after")).isNull();
        assertThat(problems(parameters)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "x", "99999999999999999999", "00000000001", "2147483648", "1e3", "٣x"})
    void a_page_that_is_no_page_is_named(String page) {
        QueryParameters parameters = url("page", page);

        parameters.page();
        assertThat(problems(parameters)).containsExactly("page out_of_range");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-31, 2026-01-30T18:30:00Z",
        "2026-01-31T09:00:00+05:30, 2026-01-31T03:30:00Z",
        "2026-01-31T09:00:00 05:30, 2026-01-31T03:30:00Z",
        "2026-01-31T09:00:00.5Z, 2026-01-31T09:00:00.500Z"
    })
    void a_moment_is_a_timestamp_or_the_start_of_a_day_in_the_hospital_s_zone(String raw, Instant moment) {
        assertThat(url("registered_after", raw).moment("registered_after")).isEqualTo(moment);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yesterday",
                "2026",
                "2026-02-30",
                "31-01-2026",
                "2026-01-31T09:00:00",
                "+12026-01-31",
                "2026-01-31T25:00Z",
                "999999999-01-01T00:00:00Z",
                "2026-01-31x"
            })
    void what_is_no_moment_is_named(String raw) {
        QueryParameters parameters = url("registered_after", raw);

        parameters.moment("registered_after");
        assertThat(problems(parameters)).containsExactly("registered_after invalid_date");
    }

    @Test
    void a_text_is_bounded_and_storable_and_stripped() {
        assertThat(url("search", "  raj  ").text("search", 3)).isEqualTo("raj");
        QueryParameters tooLong = url("search", "rajesh");
        tooLong.text("search", 3);
        assertThat(problems(tooLong)).containsExactly("search too_long");
        assertThat(url("search", "😀😀😀").text("search", 3))
                .as("characters, as people count them")
                .isEqualTo("😀😀😀");
        QueryParameters nul = url("search", "a\u0000b");
        nul.text("search", 3);
        assertThat(problems(nul)).containsExactly("search forbidden_character");
    }

    @Test
    void a_parameter_that_is_given_twice_is_named() {
        QueryParameters parameters = url("page", "1", "2");

        parameters.page();
        assertThat(problems(parameters)).containsExactly("page repeated");
    }

    @Test
    void unknown_parameters_are_ignored_in_a_URL_and_refused_in_a_body() {
        assertThat(problems(url("utm_source", "mail"))).isEmpty();
        assertThat(problems(body("{'serach':'x'}"))).containsExactly("serach unknown_field");
        assertThat(problems(body("{'serach':null}"))).containsExactly("serach unknown_field");
    }

    @Test
    void what_is_wrong_with_the_JSON_itself_is_told_once_for_a_parameter_and_with_what_is_wrong_with_others() {
        QueryParameters parameters = body("{'search':'\\u0000','page':1,'page':2,'per_page':0}");

        parameters.text("search", 10);
        parameters.page();
        parameters.perPage();
        assertThat(problems(parameters))
                .containsExactlyInAnyOrder(
                        "search forbidden_character", "page duplicate_field", "per_page out_of_range");
    }

    @Test
    void what_is_asked_for_is_the_same_in_a_URL_and_a_body_and_on_every_page() {
        QueryParameters url = url("search", " raj ");
        url.page();
        url.text("search", 10);
        QueryParameters body = body("{'search':'raj','page':7,'per_page':5,'after':'x'}");
        body.page();
        body.perPage();
        body.text("after", 10);
        body.text("search", 10);

        assertThat(body.criteria())
                .isEqualTo(url.criteria())
                .isNotEqualTo(body("{}").criteria());
    }

    @Test
    void a_body_holds_texts_numbers_and_nulls() {
        QueryParameters parameters = body("{'page':3,'per_page':'50','search':null,'branch_id':['BLR']}");

        assertThat(parameters.page()).isEqualTo(3);
        assertThat(parameters.perPage()).isEqualTo(50);
        assertThat(parameters.text("search", 10)).isNull();
        parameters.text("branch_id", 10);
        assertThat(problems(parameters)).containsExactly("branch_id invalid_type");
    }
}
