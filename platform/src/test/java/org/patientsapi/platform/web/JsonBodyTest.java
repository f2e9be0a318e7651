package org.patientsapi.platform.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.patientsapi.values.Problem;
import tools.jackson.databind.node.ObjectNode;

class JsonBodyTest {

    private static ObjectNode parse(String json) {
        return JsonBody.parse(json.getBytes(UTF_8)).object();
    }

    private static void assertMalformed(byte[] body) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> JsonBody.parse(body))
                .satisfies(refused -> assertThat(refused.problem().type()).isEqualTo(ProblemType.MALFORMED_JSON))
                .withNoCause();
    }

    private static List<String> problems(String json) {
        return JsonBody.parse(json.getBytes(UTF_8)).problems().toList().stream()
                .map(problem -> problem.field() + " " + problem.code())
                .toList();
    }

    @Test
    void everything_of_JSON_is_read() {
        String json =
                "{\"text\":\"राजेश 😀\",\"n\":-12,\"d\":1.50,\"t\":true,\"f\":false,\"z\":null,\"o\":{\"l\":[1,[],{}]}}";

        assertThat(parse(json)).hasToString(json);
    }

    @Test
    void a_byte_order_mark_is_overlooked() {
        assertThat(parse("\uFEFF{}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "1",
                "null",
                "\"a\"",
                "{",
                "{}}",
                "{}{}",
                "{} x",
                "{\"a\"}",
                "{\"a\":}",
                "{a:1}",
                "{\"a\":1,}",
                "{\"a\":[1,]}",
                "{\"a\":[1",
                "{\"a\":NaN}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":0x1}",
                "{\"a\":\"\u0001\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{/* */}",
                "{\"a\":tru}",
                "\u0000{}"
            })
    void what_is_not_one_JSON_object_is_malformed(String json) {
        assertMalformed(json.getBytes(UTF_8));
    }

    @Test
    void what_is_wrong_and_where_stands_under_errors_as_with_fields() {
        HttpProblem problem = catchThrowableOfType(
                        ProblemException.class, () -> parse("{\"name\":\"Rajesh\",\n \"age\":}"))
                .problem();

        assertThat(problem.members())
                .containsEntry(
                        "errors",
                        List.of(new Problem(
                                "body", "malformed_json", "The body is not well-formed JSON at line 2, column 8.")));
    }

    @Test
    void another_encoding_than_UTF_8_is_malformed() {
        assertMalformed("{\"a\":\"é\"}".getBytes(ISO_8859_1));
        assertMalformed("{\"a\":1}".getBytes(UTF_16));
        assertMalformed(new byte[] {'{', '"', (byte) 0xC0, (byte) 0xAF, '"', ':', '1', '}'});
        assertMalformed(new byte[] {'{', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', ':', '1', '}'});
    }

    @Test
    void twenty_levels_are_read_and_no_more() {
        String nineteen = "[".repeat(19) + "]".repeat(19);

        assertThat(parse("{\"a\":" + nineteen + "}")).isNotEmpty();
        assertMalformed(("{\"a\":[" + nineteen + "]}").getBytes(UTF_8));
        assertMalformed(("{\"a\":" + "[".repeat(100_000)).getBytes(UTF_8));
        assertMalformed("{\"a\":".repeat(40_000).getBytes(UTF_8));
    }

    @Test
    void names_and_numbers_have_their_longest_and_of_texts_each_field_its_own() {
        assertThat(parse("{\"a\":\"" + "x".repeat(250_000) + "\"}")).isNotEmpty();
        assertMalformed(("{\"" + "x".repeat(300) + "\":1}").getBytes(UTF_8));
        assertMalformed(("{\"a\":" + "9".repeat(100) + "}").getBytes(UTF_8));
    }

    @Test
    void a_huge_exponent_costs_nothing() {
        assertThat(parse("{\"a\":1e999999999}")).isNotEmpty();
    }

    @Test
    void every_field_that_stands_twice_is_named() {
        assertThat(problems("{\"a\":1,\"b\":[{\"c\":1,\"c\":1}],\"a\":2,\"o\":{\"x\":1,\"x\":null}}"))
                .containsExactly("b[0].c duplicate_field", "a duplicate_field", "o.x duplicate_field");
    }

    @Test
    void a_field_is_the_same_however_its_name_is_escaped() {
        assertThat(problems("{\"a\":1,\"\\u0061\":2}")).containsExactly("a duplicate_field");
    }

    @Test
    void NUL_and_half_surrogate_pairs_are_refused_by_name_and_whole_pairs_are_kept() {
        assertThat(problems("{\"a\":\"x\\u0000\",\"o\":{\"b\":[\"\\ud800\"]},\"c\":\"\\udc00\\ud800\",\"\\u0000\":1}"))
                .containsExactly(
                        "a forbidden_character",
                        "o.b[0] forbidden_character",
                        "c forbidden_character",
                        "? forbidden_character");
        assertThat(parse("{\"a\":\"\\ud83d\\ude00\"}").get("a").asString()).isEqualTo("😀");
    }

    @Test
    void a_name_made_up_by_the_client_is_not_echoed_as_it_is() {
        assertThat(problems("{\"<b>Rajesh\":\"\\u0000\"}")).containsExactly("?b?Rajesh forbidden_character");
        assertThat(problems("{\"" + "x".repeat(150) + "\":\"\\u0000\"}").getFirst())
                .hasSizeLessThan(100);
    }
}
