package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.patientsapi.standalone.Api.Answer;
import tools.jackson.databind.JsonNode;

class ListPatientsTest extends AcceptanceTest {

    /** A branch of its own for each test: the register is shared. */
    private static List<String> registeredIn(String branch, int count) {
        List<String> ids = IntStream.range(0, count)
                .mapToObj(i -> FRONT_DESK
                        .post("/patients", People.somebodyWith("branch_id", branch))
                        .is(201)
                        .id())
                .toList();
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> READER.get("/patients?branch_id=" + branch).header("X-Total-Count"), ("" + count)::equals);
        return ids;
    }

    /** Of a cluster each copy of the index shows the newest at a moment of its own: this question's may be behind. */
    private static Answer complete(int count, Supplier<Answer> page) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(
                        page::get,
                        answer -> answer.is(200).header("X-Total-Count").equals("" + count));
    }

    @Test
    void it_is_an_array_of_summaries_with_the_newest_registration_first() {
        List<String> ids = registeredIn("LIST-1", 3);

        Answer list = READER.get("/patients?branch_id=LIST-1").is(200);

        assertThat(list.all("id")).isEqualTo(ids.reversed());
        assertThat(list.json().get(0).propertyNames())
                .containsExactlyInAnyOrder("id", "name", "phone", "age", "gender", "patient_id", "last_visit_date");
        assertThat(list.header("X-Total-Count")).isEqualTo("3");
    }

    @Test
    void an_entry_says_what_the_profile_says() {
        String id = registeredIn("LIST-9", 1).getFirst();
        FRONT_DESK
                .post(
                        "/patients/" + id + "/visits",
                        Map.of("type", "OPD", "date", "2026-02-03", "provider", Map.of("name", "Dr Rao")))
                .is(201);
        JsonNode profile = READER.get("/patients/" + id).is(200).json();
        assertThat(profile.get("last_visit_date").asString()).isEqualTo("2026-02-03");

        Eventually.that(() -> assertThat(READER.get("/patients?branch_id=LIST-9")
                        .is(200)
                        .json()
                        .get(0)
                        .properties())
                .hasSize(7)
                .allSatisfy(field ->
                        assertThat(field.getValue()).as(field.getKey()).isEqualTo(profile.get(field.getKey()))));
    }

    @Test
    void head_answers_like_get_without_the_body() {
        registeredIn("LIST-10", 3);

        Eventually.that(() -> {
            Answer get = READER.get("/patients?branch_id=LIST-10&per_page=2").is(200);
            Answer head = READER.send("HEAD", "/patients?branch_id=LIST-10&per_page=2", null)
                    .is(200);

            assertThat(head.header("X-Total-Count")).isEqualTo("3");
            assertThat(head.link("next")).isPresent();
            assertThat(head.header("Link")).isEqualTo(get.header("Link"));
            assertThat(head.body()).isEmpty();
        });
    }

    @Test
    void twenty_are_on_a_page_unless_asked_otherwise() {
        registeredIn("LIST-2", 25);

        Answer first = READER.get("/patients?branch_id=LIST-2").is(200);
        assertThat(first.json()).hasSize(20);
        assertThat(first.link("prev")).isEmpty();
        assertThat(READER.get("/patients?branch_id=LIST-2&page=2").is(200).json())
                .hasSize(5);
        assertThat(READER.get("/patients?branch_id=LIST-2&page=3").is(200).json())
                .isEmpty();
        Answer last = READER.get(first.link("last").orElseThrow()).is(200);
        assertThat(last.json()).hasSize(5);
        assertThat(last.link("next")).isEmpty();
        assertThat(READER.get(last.link("prev").orElseThrow()).is(200).body()).isEqualTo(first.body());
    }

    @Test
    void following_next_shows_everybody_once_while_others_register() {
        List<String> there = registeredIn("LIST-3", 23);
        List<String> seen = new ArrayList<>();

        Optional<String> next = Optional.of("/patients?branch_id=LIST-3&per_page=5");
        while (next.isPresent()) {
            Answer page = READER.get(next.get()).is(200);
            seen.addAll(page.all("id"));
            next = page.link("next");
            registeredNow("LIST-3");
        }

        assertThat(seen).isEqualTo(there.reversed());
    }

    /** Nobody but the client knows by which address it reached the API. */
    @Test
    void links_are_relative_and_have_the_parameters_of_the_list_only() {
        Answer page = READER.get("/patients?utm_source=mail&branch_id=LIST-6&per_page=5&page=2")
                .is(200);

        assertThat(page.header("Link"))
                .isEqualTo("</api/v1/patients?branch_id=LIST-6&page=1&per_page=5>; rel=\"first\", "
                        + "</api/v1/patients?branch_id=LIST-6&page=1&per_page=5>; rel=\"prev\", "
                        + "</api/v1/patients?branch_id=LIST-6&page=1&per_page=5>; rel=\"last\"");
    }

    @ParameterizedTest
    @CsvSource({"a=b, a%3Db", "a%26page=7, a%26page%3D7", "a+b%2Bc, a+b%2Bc", "100%25%22%3C%3E%23, 100%25%22%3C%3E%23"})
    void a_parameter_comes_back_in_the_links_as_it_was_meant(String given, String linked) {
        assertThat(READER.get("/patients?branch_id=" + given).is(200).link("first"))
                .contains("/api/v1/patients?branch_id=" + linked + "&page=1");
    }

    private static void registeredNow(String branch) {
        int before = total(branch);
        FRONT_DESK.post("/patients", People.somebodyWith("branch_id", branch)).is(201);
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> total(branch) > before);
    }

    private static int total(String branch) {
        return Integer.parseInt(READER.get("/patients?branch_id=" + branch).header("X-Total-Count"));
    }

    @Test
    void registered_after_takes_a_date_or_a_moment_and_includes_it() {
        List<String> ids = registeredIn("LIST-4", 2);
        String second = READER.get("/patients/" + ids.get(1)).text("registered_at");

        // In a cluster, another copy than the one they were awaited from may answer this question, a moment later.
        Eventually.that(() -> assertThat(READER.get("/patients?branch_id=LIST-4&registered_after=" + second)
                        .is(200)
                        .all("id"))
                .containsExactly(ids.get(1)));
        assertThat(READER.get("/patients?branch_id=LIST-4&registered_after="
                                + Instant.parse(second).plus(1, ChronoUnit.MICROS))
                        .is(200)
                        .json())
                .isEmpty();
        Eventually.that(() -> assertThat(READER.get("/patients?branch_id=LIST-4&registered_after=2020-01-01")
                        .is(200)
                        .json())
                .hasSize(2));
        assertThat(READER.get("/patients?branch_id=LIST-4&registered_after=2099-01-01")
                        .is(200)
                        .json())
                .isEmpty();
        assertThat(READER.get("/patients?registered_after=yesterday")
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("registered_after invalid_date");
    }

    @Test
    void bad_parameters_are_named_all_at_once_and_unknown_ones_ignored() {
        assertThat(READER.get("/patients?page=0&per_page=101&registered_after=x&colour=red")
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder(
                        "page out_of_range", "per_page out_of_range", "registered_after invalid_date");
        assertThat(READER.get("/patients?page=101&per_page=100")
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("page out_of_range");
        // The last page that can be jumped to.
        READER.get("/patients?page=100&per_page=100").is(200);
        READER.get("/patients?page=10000&per_page=1").is(200);
        assertThat(READER.get("/patients?after=%21%21")
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("after invalid_cursor");
    }

    @Test
    void a_cursor_leads_on_in_its_own_list_only() {
        registeredIn("LIST-11", 3);
        String cursor = cursor(READER.get("/patients?branch_id=LIST-11&per_page=1"));

        for (String other : List.of(
                "/patients?",
                "/patients?branch_id=LIST-12&",
                "/patients?branch_id=LIST-11&search=asha&",
                "/patients?branch_id=LIST-11&registered_after=2020-01-01&")) {
            assertThat(READER.get(other + "after=" + cursor)
                            .isProblem(400, "invalid_fields")
                            .errors())
                    .as(other)
                    .containsExactly("after invalid_cursor");
        }
        assertThat(READER.get("/patients?branch_id=LIST-11&search=asha&after="
                                + cursor(READER.get("/patients?branch_id=LIST-11&search=deshpande&per_page=1")))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("after invalid_cursor");
        // How long its pages are does not make it another list, nor who looks at it, with parameters of their own.
        assertThat(READER.get("/patients?utm_source=mail&branch_id=LIST-11&per_page=2&page=7&after=" + cursor)
                        .is(200)
                        .json())
                .hasSize(2);
    }

    @Test
    void a_cursor_leads_on_for_whoever_asks_the_same() {
        registeredIn("LIST-14", 2);
        String next = READER.get("/patients?search=asha&per_page=1")
                .is(200)
                .link("next")
                .orElseThrow();

        FRONT_DESK_BLR.get(next).is(200);
    }

    @Test
    void a_cursor_of_a_search_by_body_leads_on_with_the_same_body_only() {
        registeredIn("LIST-12", 3);
        Map<String, Object> search = Map.of("branch_id", "LIST-12", "search", "asha", "per_page", 1);
        String next = complete(3, () -> READER.post("/patients/search", search))
                .link("next")
                .orElseThrow();

        assertThat(READER.post(next, Map.of("branch_id", "LIST-12", "search", "deshpande"))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("after invalid_cursor");
        assertThat(READER.post(next, Map.of("branch_id", "LIST-12", "search", " asha "))
                        .is(200)
                        .json())
                .hasSize(2);
    }

    @Test
    void a_cursor_tells_nobody_what_was_searched_for() {
        registeredIn("LIST-13", 2);

        Map<String, Object> search = Map.of("branch_id", "LIST-13", "search", "deshpande", "per_page", 1);
        String cursor = cursor(complete(2, () -> READER.post("/patients/search", search)));

        assertThat(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8))
                .doesNotContain("LIST-13", "deshpande");
    }

    private static String cursor(Answer page) {
        return page.is(200).link("next").orElseThrow().replaceFirst(".*[?&]after=([^&]+).*", "$1");
    }

    /** A position that no entry has, in a cursor of that very list; the search engine must be able to read it all the same. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e300 x 1",
                "-1e300 x 0",
                "9.3e18 x 0",
                "-9.3e18 x 0",
                "1.5 x 0",
                "5e-324 x 0",
                "0x1p9 x 0",
                "1 ",
                "1 x",
                "1e300 x 0",
                "1e300 x 2",
                "1e300 x 9",
                "1e300 x all"
            })
    void a_cursor_that_was_made_up_is_no_error_of_the_server(String place) {
        String patient = FRONT_DESK.post("/patients", People.somebody()).is(201).id();
        FRONT_DESK.post("/patients", People.somebody()).is(201);
        for (int i = 0; i < 2; i++) {
            FRONT_DESK
                    .post(
                            "/patients/" + patient + "/visits",
                            Map.of("type", "OPD", "date", "2026-02-03", "provider", Map.of("name", "Dr Rao")))
                    .is(201);
        }

        for (String list : List.of(
                "/patients?per_page=1",
                "/patients?search=asha&per_page=1",
                "/patients/" + patient + "/visits?per_page=1")) {
            Eventually.that(
                    () -> assertThat(READER.get(list).is(200).link("next")).isPresent());
            String real = new String(Base64.getUrlDecoder().decode(cursor(READER.get(list))), StandardCharsets.UTF_8);
            String ofList = real.substring(real.lastIndexOf(' '));

            assertThat(READER.get(list + "&after=" + encoded(place + ofList)).status())
                    .as(list)
                    .isIn(200, 400);
            assertThat(READER.get(list + "&after=" + encoded(place))
                            .isProblem(400, "invalid_fields")
                            .errors())
                    .as(list)
                    .containsExactly("after invalid_cursor");
        }
    }

    private static String encoded(String place) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000-01-01",
                "0000-01-01T00:00:00%2B18:00",
                "9999-12-31",
                "9999-12-31T23:59:59-18:00",
                "2026-01-01T00:00:00.123456789Z"
            })
    void the_outermost_moments_are_no_error_of_the_server(String moment) {
        READER.get("/patients?registered_after=" + moment).is(200);
    }

    /** Which page it is that a cursor leads to, is what the client says. */
    @Test
    void the_total_beside_a_cursor_does_not_depend_on_the_number_of_the_page() {
        registeredIn("LIST-7", 2);
        Answer first = READER.get("/patients?per_page=1").is(200);
        String next = first.link("next").orElseThrow();

        assertThat(Integer.parseInt(READER.get(next.replace("page=2", "page=2147483647"))
                        .is(200)
                        .header("X-Total-Count")))
                .isBetween(2, 100_000);
    }

    @Test
    void a_page_past_the_end_counts_nobody_whom_it_leaves_out() {
        registeredIn("LIST-8", 5);

        Eventually.that(() -> {
            Answer first = READER.get("/patients?per_page=1").is(200);
            Answer past = READER.get("/patients?page=10000&per_page=1").is(200);
            assertThat(past.header("X-Total-Count")).isEqualTo(first.header("X-Total-Count"));
            assertThat(past.link("last")).isEqualTo(first.link("last"));
        });
    }

    @Test
    void a_caller_of_one_branch_sees_only_that_branch_and_may_ask_for_no_other() {
        String own = FRONT_DESK_BLR.post("/patients", People.somebody()).is(201).id();
        List<String> foreign = registeredIn("LIST-5", 2);

        Eventually.that(() -> assertThat(
                        FRONT_DESK_BLR.get("/patients?per_page=100").is(200).all("id"))
                .contains(own)
                .doesNotContainAnyElementsOf(foreign));
        FRONT_DESK_BLR.get("/patients?branch_id=LIST-5").isProblem(403, "branch_not_granted");
        FRONT_DESK_BLR.post("/patients/search", Map.of("branch_id", "LIST-5")).isProblem(403, "branch_not_granted");
    }

    @Test
    void a_link_of_a_search_by_body_jumps_as_far_as_pages_of_the_bodys_size_reach() {
        READER.post("/patients/search?page=1000", Map.of("per_page", 10)).is(200);
        for (String page : List.of("101", "102")) {
            READER.post("/patients/search?page=" + page, Map.of("per_page", 100))
                    .isProblem(400, "invalid_fields");
        }
    }
}
