package org.patientsapi.platform.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.patientsapi.platform.web.FieldReader.Need.OPTIONAL;
import static org.patientsapi.platform.web.FieldReader.Need.REQUIRED;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.patientsapi.values.Gender;
import org.patientsapi.values.InvalidFields;

class FieldReaderTest {

    private static JsonBody.Content json(String json) {
        return JsonBody.parse(json.replace('\'', '"').getBytes(UTF_8));
    }

    private static FieldReader forNew(String json) {
        return FieldReader.forNew(json(json));
    }

    private static FieldReader forPatch(String json) {
        return FieldReader.forPatch(json(json));
    }

    private static @Nullable String text(FieldReader reader, String name, FieldReader.Need need) {
        return reader.text(name, need, Function.identity());
    }

    private static List<String> problems(FieldReader reader) {
        InvalidFields invalid = catchThrowableOfType(InvalidFields.class, reader::finish);
        return invalid == null
                ? List.of()
                : invalid.problems().stream()
                        .map(problem -> problem.field() + " " + problem.code())
                        .toList();
    }

    @Test
    void fields_of_every_type_are_read() {
        FieldReader reader = forNew("{'t':'a','g':'female','b':true,'i':7,'o':{'t':'c'},'l':[{'t':'d'},{'t':'e'}]}");

        assertThat(text(reader, "t", REQUIRED)).isEqualTo("a");
        assertThat(reader.text("g", REQUIRED, Gender::parse)).isEqualTo(Gender.parse("female"));
        assertThat(reader.bool("b", REQUIRED)).isTrue();
        assertThat(reader.integer("i", REQUIRED, 1, 7)).isEqualTo(7);
        assertThat(text(reader.object("o", REQUIRED), "t", REQUIRED)).isEqualTo("c");
        assertThat(reader.list("l", REQUIRED, 2, entry -> text(entry, "t", REQUIRED)))
                .containsExactly("d", "e");
        assertThat(problems(reader)).isEmpty();
    }

    @Test
    void what_is_wrong_with_the_JSON_itself_is_told_once_for_a_field_and_with_what_is_wrong_with_others() {
        FieldReader reader = forNew("{'a':'x','a':7,'b':'\\u0000','c':7}");

        for (String field : List.of("a", "b", "c", "d")) {
            assertThat(text(reader, field, REQUIRED)).isNull();
        }
        assertThat(problems(reader))
                .containsExactly("a duplicate_field", "b forbidden_character", "c invalid_type", "d required");
    }

    @Test
    void in_a_new_object_a_required_field_is_there_and_null_is_as_good_as_absent() {
        FieldReader reader = forNew("{'a':null,'b':null}");

        assertThat(text(reader, "a", REQUIRED)).isNull();
        assertThat(text(reader, "b", OPTIONAL)).isNull();
        text(reader, "c", REQUIRED);
        assertThat(problems(reader)).containsExactly("a required", "c required");
    }

    @Test
    void in_a_patch_absent_is_unchanged_and_null_clears_what_can_be_without() {
        FieldReader reader = forPatch("{'a':null,'b':null}");

        text(reader, "a", REQUIRED);
        text(reader, "b", OPTIONAL);
        text(reader, "c", REQUIRED);

        assertThat(reader.has("b")).isTrue();
        assertThat(reader.has("c")).isFalse();
        assertThat(problems(reader)).containsExactly("a cannot_be_cleared");
    }

    @Test
    void in_a_patch_a_nested_object_is_patched_and_a_list_is_new() {
        FieldReader reader = forPatch("{'o':{},'l':[{}]}");

        text(reader.object("o", OPTIONAL), "x", REQUIRED);
        reader.list("l", OPTIONAL, 5, entry -> text(entry, "x", REQUIRED));

        assertThat(problems(reader)).containsExactly("l[0].x required");
    }

    @Test
    void another_type_than_the_wanted_one_is_named() {
        FieldReader reader = forNew("{'t':1,'b':'true','i':'1','f':1.5,'o':[],'l':{},'e':['x']}");

        text(reader, "t", OPTIONAL);
        reader.bool("b", OPTIONAL);
        reader.integer("i", OPTIONAL, 0, 9);
        reader.integer("f", OPTIONAL, 0, 9);
        reader.object("o", OPTIONAL);
        reader.list("l", OPTIONAL, 9, entry -> "");
        reader.list("e", OPTIONAL, 9, entry -> "");

        assertThat(problems(reader))
                .containsExactly(
                        "t invalid_type",
                        "b invalid_type",
                        "i invalid_type",
                        "f invalid_type",
                        "o invalid_type",
                        "l invalid_type",
                        "e[0] invalid_type");
    }

    @Test
    void numbers_and_lists_stay_in_their_bounds() {
        FieldReader reader = forNew("{'i':10,'j':99999999999999999999,'l':[{},{}]}");

        reader.integer("i", OPTIONAL, 0, 9);
        reader.integer("j", OPTIONAL, 0, 9);
        reader.list("l", OPTIONAL, 1, entry -> "");

        assertThat(problems(reader)).containsExactly("i out_of_range", "j out_of_range", "l too_many");
    }

    @Test
    void what_nobody_asked_for_is_unknown_at_every_depth() {
        FieldReader reader = forNew("{'a':'x','typo':1,'o':{'b':null,'typo':1},'l':[{'typo':1}],'gone':{'c':1}}");

        text(reader, "a", OPTIONAL);
        text(reader.object("o", OPTIONAL), "b", OPTIONAL);
        reader.list("l", OPTIONAL, 9, entry -> text(entry, "d", OPTIONAL));

        assertThat(problems(reader))
                .containsExactly(
                        "typo unknown_field", "gone unknown_field", "o.typo unknown_field", "l[0].typo unknown_field");
    }

    @Test
    void a_field_that_only_answers_carry_is_read_only_even_as_null() {
        FieldReader reader = forNew("{'id':'x','age':null}");

        reader.readOnly("id", "age", "version");

        assertThat(problems(reader)).containsExactly("id read_only_field", "age read_only_field");
    }

    @Test
    void what_a_value_type_refuses_is_noted_under_the_path() {
        FieldReader reader = forNew("{'o':{'gender':'blue'}}");

        assertThat(reader.object("o", OPTIONAL).text("gender", REQUIRED, Gender::parse))
                .isNull();
        assertThat(problems(reader)).singleElement().asString().startsWith("o.gender ");
    }
}
