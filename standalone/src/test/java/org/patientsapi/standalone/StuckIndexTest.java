package org.patientsapi.standalone;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.patientsapi.platform.eventstore.RecentCommits;
import org.patientsapi.standalone.Api.Answer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.util.ReflectionTestUtils;

/** The projection may be stuck for longer than a node remembers what was committed, or a restart forgets it. */
class StuckIndexTest extends AcceptanceTest {

    @Autowired
    private RecentCommits recentCommits;

    @AfterEach
    void takeEverythingIn() {
        block(false);
    }

    @Test
    void a_read_is_not_older_than_an_answered_write_though_nobody_remembers_it() {
        Answer patient = indexed("Vismritala", "Lateparkar");
        block(true);

        Answer corrected = FRONT_DESK
                .patch("/patients/" + patient.id(), Map.of("last_name", "Navinkar"))
                .is(200);
        forget();

        assertThat(READER.get("/patients/" + patient.id()).is(200).body()).isEqualTo(corrected.body());
        assertThat(AUDITOR.get("/patients/" + patient.id() + "/audit?kind=read")
                        .is(200)
                        .all("version"))
                .contains("2");
    }

    @Test
    void nor_is_a_list_of_visits() {
        Answer patient = indexed("Vismritala", "Visitkar");
        String visits = "/patients/" + patient.id() + "/visits";
        block(true);

        Answer visit = FRONT_DESK.post(visits, opd("2026-02-03")).is(201);
        forget();

        assertThat(READER.get(visits).is(200).all("visit_id")).containsExactly(visit.text("visit_id"));
    }

    @Test
    void nor_is_a_single_visit() {
        Answer patient = indexed("Vismritala", "Ekvisitkar");
        String visits = "/patients/" + patient.id() + "/visits";
        Answer known = FRONT_DESK.post(visits, opd("2026-02-03")).is(201);
        Eventually.that(() -> assertThat(SearchEngine.send("GET", "/patients/_doc/" + patient.id(), "")
                        .path("_version")
                        .asInt())
                .isEqualTo(2));
        block(true);

        Answer corrected = FRONT_DESK
                .patch(visits + "/" + known.text("visit_id"), Map.of("department", "Neurology"))
                .is(200);
        Answer added = FRONT_DESK.post(visits, opd("2026-02-04")).is(201);
        forget();

        for (Answer visit : List.of(corrected, added)) {
            assertThat(READER.get(visits + "/" + visit.text("visit_id")).is(200).json())
                    .isEqualTo(visit.json());
        }
        READER.get(visits + "/" + patient.id()).isProblem(404, "visit_not_found");
    }

    @Test
    void nor_are_the_visits_that_the_profile_no_longer_shows() {
        Answer patient = indexed("Vismritala", "Puranekar");
        String visits = "/patients/" + patient.id() + "/visits";
        block(true);
        List<String> newestFirst = IntStream.range(0, 45)
                .mapToObj(i -> LocalDate.of(2025, 12, 31).minusDays(i).toString())
                .toList();
        newestFirst
                .reversed()
                .forEach(date -> FRONT_DESK.post(visits, opd(date)).is(201));
        forget();

        Answer first = READER.get(visits + "?per_page=30").is(200);
        Answer second = READER.get(first.link("next").orElseThrow()).is(200);

        assertThat(first.all("date")).isEqualTo(newestFirst.subList(0, 30));
        assertThat(second.all("date")).isEqualTo(newestFirst.subList(30, 45));
        assertThat(second.link("next")).isEmpty();
        assertThat(READER.get(visits + "?page=5&per_page=10").is(200).all("date"))
                .isEqualTo(newestFirst.subList(40, 45));
        assertThat(READER.get(visits + "?page=6&per_page=10").is(200).json()).isEmpty();
    }

    private static Map<String, Object> opd(String date) {
        return Map.of("type", "OPD", "date", date, "provider", Map.of("id", "D-17", "name", "Dr Meera Nair"));
    }

    @Test
    void the_erased_are_in_no_list_though_nobody_remembers_it() {
        Answer patient = indexed("Vismritala", "Erasekar");
        block(true);

        ADMIN.send("DELETE", "/patients/" + patient.id() + "?reason=patient_request", null)
                .is(200);
        forget();

        assertThat(found(patient)).isEmpty();
        assertThat(READER.get("/patients?per_page=100").is(200).all("id")).doesNotContain(patient.id());
        READER.get("/patients/" + patient.id()).isProblem(404, "patient_not_found");
        READER.get("/patients/" + patient.id() + "/visits/" + patient.id()).isProblem(404, "patient_not_found");
    }

    private static Answer indexed(String first, String last) {
        Answer patient = FRONT_DESK.post("/patients", People.named(first, last)).is(201);
        Eventually.that(() -> assertThat(found(patient)).containsExactly(patient.id()));
        return patient;
    }

    private static List<String> found(Answer patient) {
        return READER.get("/patients?search=" + patient.text("patient_id"))
                .is(200)
                .all("id");
    }

    /** What a full disk makes the engine do: what is there can be read, and nothing is taken in. */
    private static void block(boolean writes) {
        SearchEngine.send("PUT", "/patients/_settings", "{\"index.blocks.write\":" + writes + "}");
    }

    /** As a restart does, and some minutes. */
    private void forget() {
        requireNonNull((Cache<?, ?>) ReflectionTestUtils.getField(recentCommits, "versions"))
                .invalidateAll();
    }
}
