package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.Api.Answer;
import org.patientsapi.testbackends.TestBackends;
import tools.jackson.databind.JsonNode;

/** The index is built anew, checked and mended while the desks go on working. */
class IndexUpkeepTest extends AcceptanceTest {

    private final Operations operations = new Operations(API);
    private final Api.Client reader = new Api(API.address(), false).as("reader");

    @Test
    void a_rebuild_under_load_takes_the_place_of_the_live_index_without_a_failed_or_empty_read() throws Exception {
        List<Answer> patients = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            patients.add(FRONT_DESK
                    .post("/patients", People.named("Yashodhara", "Kelkar"))
                    .is(201));
        }
        Eventually.that(() -> assertThat(found("Yashodhara+Kelkar")).isEqualTo(40));
        int before = operations.get("/index").json().get("live_generation").intValue();

        AtomicBoolean working = new AtomicBoolean(true);
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        AtomicInteger reads = new AtomicInteger();
        Queue<String> registered = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Void>> desks = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            desks.add(whileTrue(working, () -> {
                Answer list = reader.get("/patients?search=Yashodhara+Kelkar&per_page=1");
                Answer one = reader.get("/patients/"
                        + patients.get(reads.incrementAndGet() % 40).id());
                if (list.status() != 200 || !list.header("X-Total-Count").equals("40") || one.status() != 200) {
                    failures.add(list.status() + " " + list.header("X-Total-Count") + " " + one.status());
                }
            }));
        }
        desks.add(whileTrue(
                working,
                () -> registered.add(FRONT_DESK
                        .post("/patients", People.named("Ketaki", "Gokhale"))
                        .is(201)
                        .id())));
        desks.add(whileTrue(
                working,
                () -> FRONT_DESK
                        .patch(
                                "/patients/"
                                        + patients.get(registered.size() % 40).id(),
                                Map.of("email", mail()))
                        .is(200)));

        Eventually.that(
                () -> assertThat(Math.min(reads.get(), registered.size())).isGreaterThan(5));
        int registeredBefore = registered.size();

        JsonNode run = operations.run("rebuild");
        int registeredMeanwhile = registered.size() - registeredBefore;
        working.set(false);
        for (CompletableFuture<Void> desk : desks) {
            desk.get();
        }

        assertThat(failures).isEmpty();
        assertThat(registeredMeanwhile).as("while it was built").isPositive();
        assertThat(operations.get("/index").json().get("live_generation").intValue())
                .isEqualTo(before + 1);
        assertThat(run.get("patients").longValue()).isGreaterThanOrEqualTo(40);
        Eventually.that(() -> assertThat(found("Ketaki+Gokhale")).isEqualTo(registered.size()));
        assertNoDrift(operations.run("check"));
        assertThatOnlyGenerationIs(before + 1);
    }

    @Test
    void what_a_killed_rebuild_left_is_gone_soon() {
        operations.run("check");
        int live = operations.get("/index").json().get("live_generation").intValue();
        SearchEngine.send("PUT", "/patients-0", "");

        assertThatOnlyGenerationIs(live);
    }

    /** An erased person's document stays in any other. */
    private static void assertThatOnlyGenerationIs(int live) {
        Eventually.that(
                () -> assertThat(SearchEngine.send("GET", "/patients-*", "").propertyNames())
                        .containsExactly("patients-" + live));
    }

    @Test
    void what_somebody_did_to_documents_behind_the_products_back_is_found_and_put_right() {
        operations.run("check");
        Answer deleted = patient("Deleted");
        Answer changed = patient("Changed");
        Answer overwritten = patient("Overwritten");
        Answer unreadable = patient("Unreadable");
        Answer outdated = patient("Outdated");
        Eventually.that(() -> assertThat(found("Yogeshwari")).isEqualTo(5));
        FRONT_DESK.patch("/patients/" + outdated.id(), Map.of("email", mail())).is(200);
        Eventually.that(() -> assertThat(SearchEngine.send("GET", "/patients/_doc/" + outdated.id(), "")
                        .get("_version")
                        .intValue())
                .isEqualTo(2));

        SearchEngine.send("DELETE", "/patients/_doc/" + deleted.id(), "");
        SearchEngine.send("POST", "/patients/_update/" + changed.id(), "{\"doc\":{\"branch_id\":\"MUM\"}}");
        JsonNode source = SearchEngine.send("GET", "/patients/_doc/" + overwritten.id(), "")
                .get("_source");
        SearchEngine.send(
                "PUT",
                "/patients/_doc/" + overwritten.id() + "?version=1&version_type=external_gte",
                source.toString().replace("Overwritten", "Somebody"));
        SearchEngine.send("PUT", "/patients/_doc/" + unreadable.id(), "{\"profile\":{\"name\":17}}");
        SearchEngine.send("DELETE", "/patients/_doc/" + outdated.id(), "");
        Eventually.that(() -> assertThat(SearchEngine.send(
                                "PUT",
                                "/patients/_doc/" + outdated.id() + "?version=1&version_type=external",
                                source.toString().replace(overwritten.id(), outdated.id()))
                        .path("_version")
                        .asInt())
                .isEqualTo(1));
        SearchEngine.send(
                "PUT",
                "/patients/_doc/019a0000-0000-7000-8000-000000000000",
                source.toString().replace(overwritten.id(), "019a0000-0000-7000-8000-000000000000"));
        SearchEngine.send("POST", "/patients/_refresh", "");

        JsonNode run = operations.run("check");

        assertThat(run.get("missing").longValue()).isEqualTo(1);
        assertThat(run.get("outdated").longValue()).isEqualTo(1);
        assertThat(run.get("different").longValue()).isEqualTo(3);
        assertThat(run.get("surplus").longValue()).isEqualTo(1);
        assertThat(run.get("repaired").longValue()).isEqualTo(6);
        Eventually.that(() -> assertThat(found("Yogeshwari")).isEqualTo(5));
        for (Answer each : List.of(deleted, changed, overwritten, unreadable)) {
            assertThat(READER.get("/patients/" + each.id()).is(200).json()).isEqualTo(each.json());
        }
        assertNoDrift(operations.run("check"));
        // What was in a version that never was takes the next one again.
        FRONT_DESK
                .patch("/patients/" + changed.id(), Map.of("last_name", "Renamed"))
                .is(200);
        Eventually.that(() -> assertThat(found("Yogeshwari+Renamed")).isEqualTo(1));
    }

    /** They have their patient's id under a name of its own, where anything may stand. */
    @Test
    void documents_under_no_id_that_a_patient_can_have_are_surplus() {
        operations.run("check");
        Answer patient = FRONT_DESK
                .post("/patients", People.named("Padmavati", "Misnamed"))
                .is(201);
        Eventually.that(() -> assertThat(found("Padmavati+Misnamed")).isEqualTo(1));
        List.of("\"nobody\"", "17", "[\"a\", \"b\"]", "true")
                .forEach(id -> SearchEngine.send("POST", "/patients/_doc", "{\"id\": " + id + "}"));
        SearchEngine.send("PUT", "/patients/_doc/" + patient.id(), "{\"id\": 17}");
        SearchEngine.send("POST", "/patients/_refresh", "");

        JsonNode run = operations.run("check");

        assertThat(run.get("surplus").longValue()).isEqualTo(4);
        Eventually.that(() -> assertThat(found("Padmavati+Misnamed")).isEqualTo(1));
        assertNoDrift(operations.run("check"));
    }

    @Test
    void an_index_that_was_lost_is_built_anew_by_itself_and_is_never_taken_for_an_empty_register() {
        Answer patient = patient("Lostandfound");
        Eventually.that(() -> assertThat(found("Lostandfound")).isEqualTo(1));
        int before = operations.get("/index").json().get("live_generation").intValue();

        SearchEngine.send("DELETE", "/patients-" + before, "");

        Eventually.that(() -> {
            Answer list = READER.get("/patients?search=Lostandfound");
            if (list.status() == 200) {
                assertThat(list.all("id")).containsExactly(patient.id());
            } else {
                list.isProblem(503, "store_unavailable");
            }
            assertThat(list.status()).isEqualTo(200);
        });
        assertNoDrift(operations.run("check"));
    }

    @Test
    void an_index_of_another_definition_or_of_other_rules_for_names_is_not_taken_for_a_current_one() {
        JsonNode index = operations.get("/index").json();
        assertThat(index.get("current").booleanValue()).isTrue();
        URI engine = TestBackends.elasticsearchUri();
        String physical = "patients-" + index.get("live_generation").intValue();
        JsonNode asMade = SearchEngine.metadata(engine, physical);
        Map.of("mapping", "other", "name_engine", 1).forEach((name, other) -> {
            SearchEngine.setMetadata(engine, physical, name, other);

            assertThat(operations.get("/index").json().get("current").booleanValue())
                    .as(name)
                    .isFalse();
            SearchEngine.setMetadata(engine, physical, name, asMade.get(name));
        });
        assertThat(operations.get("/index").json().get("current").booleanValue())
                .isTrue();
    }

    private static Answer patient(String last) {
        return FRONT_DESK.post("/patients", People.named("Yogeshwari", last)).is(201);
    }

    private static int found(String search) {
        return Integer.parseInt(
                READER.get("/patients?per_page=1&search=" + search).is(200).header("X-Total-Count"));
    }

    private static String mail() {
        return People.phone().substring(1) + "@example.com";
    }

    private static CompletableFuture<Void> whileTrue(AtomicBoolean working, Runnable work) {
        return CompletableFuture.runAsync(
                () -> {
                    while (working.get()) {
                        work.run();
                    }
                },
                command -> Thread.ofVirtual().start(command));
    }

    private static void assertNoDrift(JsonNode check) {
        assertThat(List.of("missing", "outdated", "different", "surplus", "repaired"))
                .allSatisfy(figure ->
                        assertThat(check.get(figure).longValue()).as(figure).isZero());
    }
}
