package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.patientsapi.standalone.Api.Answer;
import org.patientsapi.testbackends.TestBackends;

@TestInstance(TestInstance.Lifecycle.PER_CLASS) // its people are registered once, when the API is up
class SearchPatientsTest extends AcceptanceTest {

    private Answer venkatesh;

    @BeforeAll
    void register() {
        venkatesh = FRONT_DESK
                .post("/patients", People.named("Venkatesh", "Chidambaram"))
                .is(201);
        FRONT_DESK.post("/patients", People.named("Venkatesh", "Rao")).is(201);
        FRONT_DESK.post("/patients", People.named("Lakshmi", "Chidambaram")).is(201);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> READER.get("/patients?search=Lakshmi+Chidambaram")
                                .is(200)
                                .json()
                                .size()
                        == 1);
        // In a cluster, another copy of the index than the one that has just answered may not show them yet.
        SearchEngine.send(
                Cluster.isUnderTest() ? Cluster.running().searchEngine(0) : TestBackends.elasticsearchUri(),
                "POST",
                "/patients/_refresh",
                "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Venkatesh Chidambaram",
                "chidambaram venkatesh",
                "venk chid",
                "V Chidambaram",
                "Venkatsh Chidambaram",
                "Venkatesh Chidambram",
                "Vemkatwsh Chidmabram",
                "Shri Venkatesh Chidambaram",
                "वेंकटेश चिदंबरम",
            })
    void the_right_person_comes_first_however_the_name_is_asked_for(String text) {
        assertThat(READER.get("/patients?search=" + Api.encoded(text)).is(200).all("id"))
                .first()
                .isEqualTo(venkatesh.id());
    }

    @ParameterizedTest
    @CsvSource({
        "Laxmi Subramaniam, lakshmi subrahmanyan",
        "Mohd Zakir, Muhammad Jakir",
        "Vrinda Chaudhary, brinda chowdhury",
        "Sreenivas Iyer, Srinivas Aiyar",
        "Geetha Poornima, gita purnima",
        "Deepak Vishwas, dipak biswas",
        "कमलेश दीक्षित, Kamlesh Dixit",
        "Murugan Natarajan, முருகன் நடராஜன்",
        "Mallikarjuna Reddy, మల్లికార్జున రెడ్డి",
        "Debasish Majumdar, দেবাশিস মজুমদার",
        "Gurpreet Dhillon, ਗੁਰਪ੍ਰੀਤ ਢਿੱਲੋਂ",
        "Jignesh Solanki, જીજ્ઞેશ સોલંકી",
        "Basavaraj Hegde, ಬಸವರಾಜ್ ಹೆಗಡೆ",
        "Unnikrishnan Panicker, ഉണ്ണികൃഷ്ണൻ പണിക്കർ",
        "Tukaram Shinde, Tukaram S/o Vithoba Shinde",
        "Smt. Annapurna Gaikwad, annapurna gaikwad",
    })
    void another_spelling_or_script_finds_the_same_name(String name, String text) {
        int blank = name.lastIndexOf(' ');
        Answer patient = FRONT_DESK
                .post("/patients", People.named(name.substring(0, blank), name.substring(blank + 1)))
                .is(201);

        Eventually.that(() -> assertThat(READER.get("/patients?search=" + Api.encoded(text))
                        .is(200)
                        .all("id"))
                .first()
                .isEqualTo(patient.id()));
    }

    @Test
    void an_abha_number_and_address_are_found_whole_and_by_their_beginning() {
        Map<String, Object> person = People.named("Hemlata", "Abhang");
        person.put("identifiers", Map.of("abha_id", "91-7345-6789-0177", "abha_address", "hemlata.abhang@abdm"));
        Answer patient = FRONT_DESK.post("/patients", person).is(201);

        for (String text : List.of(
                "91-7345-6789-0177",
                "91734567890177",
                "91 7345 6789 0177",
                "91-73",
                "9173456",
                "hemlata.abhang@abdm",
                "hemlata.abh")) {
            Eventually.that(() -> assertThat(READER.get("/patients?search=" + Api.encoded(text))
                            .is(200)
                            .all("id"))
                    .as(text)
                    .contains(patient.id()));
        }
    }

    @Test
    void the_exact_name_comes_before_a_near_one_and_a_whole_number_above_every_name() {
        Answer near =
                FRONT_DESK.post("/patients", People.named("Sarojini", "Naidoo")).is(201);
        Answer exact =
                FRONT_DESK.post("/patients", People.named("Sarojini", "Naidu")).is(201);

        Eventually.that(
                () -> assertThat(READER.get("/patients?search=sarojini+naidu").all("id"))
                        .containsExactly(exact.id(), near.id()));
        // Another copy of the index may answer this one, and have taken them in a moment later.
        Eventually.that(() -> assertThat(
                        READER.get("/patients?search=" + Api.encoded("sarojini naidu " + near.text("phone")))
                                .all("id"))
                .containsExactly(near.id()));
    }

    @Test
    void of_equals_the_newest_registration_comes_first() {
        Answer older = FRONT_DESK
                .post("/patients", People.named("Gajanan", "Kolhapure"))
                .is(201);
        Answer newer = FRONT_DESK
                .post("/patients", People.named("Gajanan", "Kolhapure"))
                .is(201);

        Eventually.that(() -> assertThat(
                        READER.get("/patients?search=Gajanan+Kolhapure").is(200).all("id"))
                .containsExactly(newer.id(), older.id()));
    }

    @Test
    void part_of_a_name_finds_all_who_bear_it_and_nobody_else() {
        assertThat(READER.get("/patients?search=venkatesh").is(200).all("name"))
                .containsExactlyInAnyOrder("Venkatesh Chidambaram", "Venkatesh Rao");
        assertThat(READER.get("/patients?search=venkatesh+iyengar").is(200).json())
                .isEmpty();
    }

    @Test
    void the_phone_is_found_in_any_writing_and_by_its_end() {
        String digits = venkatesh.text("phone").substring(3);

        for (String text : new String[] {
            "+91" + digits, digits, "0" + digits, digits.substring(0, 5) + " " + digits.substring(5), "0091-" + digits
        }) {
            assertThat(READER.get("/patients?search=" + Api.encoded(text))
                            .is(200)
                            .all("id"))
                    .as(text)
                    .containsExactly(venkatesh.id());
        }
        assertThat(READER.get("/patients?search=" + digits.substring(4)).is(200).all("id"))
                .contains(venkatesh.id());
    }

    @Test
    void the_patient_id_is_found_whole_and_by_its_beginning() {
        String number = venkatesh.text("patient_id");

        assertThat(READER.get("/patients?search=" + number).is(200).all("id")).containsExactly(venkatesh.id());
        assertThat(READER.get("/patients?search=" + number.replace("-", "").toLowerCase())
                        .is(200)
                        .all("id"))
                .containsExactly(venkatesh.id());
        assertThat(READER.get("/patients?search=" + number.substring(0, 6))
                        .is(200)
                        .all("id"))
                .contains(venkatesh.id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "venk*", "\"", "name:venkatesh", "venkatesh AND rao", "(", "\\", "%", "?", "!!!"})
    void there_is_no_syntax(String text) {
        READER.get("/patients?search=" + Api.encoded(text)).is(200);
    }

    /** Percent-encoded, each letter takes nine bytes of the URL, and of each link. */
    @Test
    void the_longest_search_in_an_Indic_script_is_answered() {
        String longest = Api.encoded("क".repeat(1000));

        Answer page = READER.get(
                        "/patients?search=" + longest + "&branch_id=" + Api.encoded("क".repeat(100)) + "&page=2")
                .is(200);

        assertThat(page.link("last").orElseThrow()).contains(longest);
        READER.get(page.link("prev").orElseThrow()).is(200);
        assertThat(READER.get("/patients?search=" + longest + "a")
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("search too_long");
    }

    @Test
    void a_search_is_paged_by_relevance() {
        Answer first = READER.get("/patients?search=venkatesh&per_page=1").is(200);
        Answer second = READER.get(first.link("next").orElseThrow()).is(200);

        assertThat(first.header("X-Total-Count")).isEqualTo("2");
        assertThat(second.all("id"))
                .doesNotContainAnyElementsOf(first.all("id"))
                .hasSize(1);
        assertThat(second.link("next")).isEmpty();
    }

    @Test
    void who_was_met_by_two_errors_in_a_word_is_so_on_each_page() {
        List<String> patients = Stream.of("Ramakrishnappa", "Ramakrishnappa")
                .map(name -> FRONT_DESK
                        .post("/patients", People.named(name, "Doddamani"))
                        .is(201)
                        .id())
                .toList();
        String asked = "/patients?search=ramskrishmappa+doddamani&per_page=1";
        Eventually.that(
                () -> assertThat(READER.get(asked).header("X-Total-Count")).isEqualTo("2"));
        Answer first = READER.get(asked).is(200);
        Answer second = READER.get(first.link("next").orElseThrow()).is(200);
        Answer jumped = READER.get(asked + "&page=2").is(200);

        assertThat(Stream.concat(first.all("id").stream(), second.all("id").stream()))
                .containsExactlyInAnyOrderElementsOf(patients);
        assertThat(jumped.all("id")).isEqualTo(second.all("id"));
        assertThat(second.link("next")).isEmpty();
    }

    @Test
    void who_follows_the_links_goes_on_among_the_same_people_when_the_very_name_that_was_typed_is_registered() {
        for (int i = 0; i < 20; i++) {
            FRONT_DESK
                    .post("/patients", People.named("Dhanalakshmi", "Palaniappam"))
                    .is(201);
        }
        String asked = "/patients?search=Dhanalakshmi+Palaniappak&per_page=15";
        Eventually.that(
                () -> assertThat(READER.get(asked).header("X-Total-Count")).isEqualTo("20"));
        Answer first = READER.get(asked).is(200);

        Answer typed = FRONT_DESK
                .post("/patients", People.named("Dhanalakshmi", "Palaniappak"))
                .is(201);
        Eventually.that(() -> assertThat(READER.get(asked).all("id")).containsExactly(typed.id()));

        assertThat(READER.get(first.link("next").orElseThrow()).is(200).all("id"))
                .hasSize(5)
                .doesNotContainAnyElementsOf(first.all("id"))
                .doesNotContain(typed.id());
    }

    @Test
    void a_crowd_a_letter_away_is_not_hidden_by_somebody_whose_name_is_only_spelt_alike() {
        for (int i = 0; i < 20; i++) {
            FRONT_DESK.post("/patients", People.named("Vinodhini", "Yadavar")).is(201);
        }
        Answer alike = FRONT_DESK
                .post("/patients", People.named("Binodhini", "Jadhavar"))
                .is(201);

        Eventually.that(() -> {
            Answer page = READER.get("/patients?search=Vinodhini+Jadavar").is(200);
            assertThat(page.header("X-Total-Count")).isEqualTo("21");
            assertThat(page.all("id")).first().isEqualTo(alike.id());
        });
    }

    @Test
    void filters_narrow_a_search_in_the_url_and_in_a_body_alike() {
        Answer older = namesakeIn("BLR");
        Answer newer = namesakeIn("MUM");
        Eventually.that(() -> assertThat(READER.get("/patients?search=Ratnaprabha+Bhosale")
                        .is(200)
                        .all("id"))
                .containsExactly(newer.id(), older.id()));

        assertThatOnlyOneIsFound(older, "branch_id", "BLR");
        assertThatOnlyOneIsFound(newer, "branch_id", "MUM");
        assertThatOnlyOneIsFound(newer, "registered_after", newer.text("registered_at"));
    }

    private static Answer namesakeIn(String branch) {
        return FRONT_DESK
                .post(
                        "/patients",
                        People.somebodyWith("first_name", "Ratnaprabha", "last_name", "Bhosale", "branch_id", branch))
                .is(201);
    }

    private static void assertThatOnlyOneIsFound(Answer patient, String filter, String value) {
        // In a cluster, another copy of the index may answer than the one they were awaited from.
        Eventually.that(() -> {
            Answer byUrl = READER.get("/patients?search=Ratnaprabha+Bhosale&" + filter + "=" + Api.encoded(value))
                    .is(200);
            Answer byBody = READER.post("/patients/search", Map.of("search", "Ratnaprabha Bhosale", filter, value))
                    .is(200);

            assertThat(byUrl.all("id")).as(filter).containsExactly(patient.id());
            assertThat(byUrl.header("X-Total-Count")).isEqualTo("1");
            assertThat(byBody.body()).isEqualTo(byUrl.body());
            assertThat(byBody.header("X-Total-Count")).isEqualTo("1");
        });
    }

    @Test
    void a_search_in_a_body_answers_the_same_and_its_links_hold_nothing_of_it() {
        Answer first = READER.post("/patients/search", Map.of("search", "venkatesh", "per_page", 1))
                .is(200);
        assertThat(first.body())
                .isEqualTo(READER.get("/patients?search=venkatesh&per_page=1")
                        .is(200)
                        .body());
        String next = first.link("next").orElseThrow();
        assertThat(next).doesNotContainIgnoringCase("venkatesh");

        Answer second =
                READER.post(next, Map.of("search", "venkatesh", "per_page", 1)).is(200);

        assertThat(second.all("id")).hasSize(1).doesNotContainAnyElementsOf(first.all("id"));
        assertThat(READER.post(next.replaceFirst("&page=2", ""), Map.of("search", "venkatesh", "per_page", 1))
                        .is(200)
                        .body())
                .isEqualTo(second.body());
        assertThat(READER.post("/patients/search", Map.of("serach", "x", "page", 0))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("page out_of_range", "serach unknown_field");
        assertThat(READER.post("/patients/search?page=0", Map.of("serach", "x", "page", 0, "registered_after", "soon"))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .as("of the link and of the body")
                .containsExactlyInAnyOrder(
                        "page out_of_range",
                        "page out_of_range",
                        "registered_after invalid_date",
                        "serach unknown_field");
        READER.post("/patients/search?page=0", Map.of("search", "venkatesh")).isProblem(400, "invalid_fields");
    }

    @Test
    void of_the_URL_a_search_in_a_body_takes_what_its_links_have_there() {
        Map<String, Object> second = Map.of("search", "venkatesh", "per_page", 1, "page", 2);
        Answer asked = READER.post("/patients/search", second).is(200);
        assertThat(asked.json()).hasSize(1);

        for (String nothing : List.of("page=", "per_page=5", "per_page=many", "search=nobody")) {
            Answer answer = READER.post("/patients/search?" + nothing, second).is(200);

            assertThat(answer.body()).as(nothing).isEqualTo(asked.body());
            assertThat(answer.header("Link")).as(nothing).isEqualTo(asked.header("Link"));
        }
    }
}
