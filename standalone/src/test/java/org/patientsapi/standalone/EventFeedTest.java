package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.patientsapi.standalone.Api.Answer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Timeout(60)
class EventFeedTest extends AcceptanceTest {

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private TransactionTemplate transactions;

    @Test
    void events_come_in_order_as_cloudevents_and_once() {
        FeedReader feed = FeedReader.fromNow(API, ADMIN, "");
        Answer patient = FRONT_DESK.post("/patients", People.somebody()).is(201);
        FRONT_DESK
                .patch("/patients/" + patient.id(), Map.of("first_name", "Usha", "status", "inactive"))
                .is(200);

        String start = feed.cursor();
        feed.await(3);
        Answer page = ADMIN.get("/events?after=" + start);

        assertThat(page.header("Content-Type")).isEqualTo("application/cloudevents-batch+json");
        assertThat(page.all("type"))
                .containsExactly("patient.registered", "patient.demographics-corrected", "patient.status-changed");
        assertThat(page.all("subject")).containsOnly(patient.id());
        assertThat(page.text("/0/specversion")).isEqualTo("1.0");
        assertThat(page.text("/0/source")).isEqualTo(API.address());
        assertThat(page.text("/0/time")).isEqualTo(patient.text("registered_at"));
        assertThat(page.text("/0/branchid")).isEqualTo(patient.text("branch_id"));
        assertThat(page.text("/1/data/demographics/first_name")).isEqualTo("Usha");
        assertThat(feed.rest()).isEmpty();
    }

    @Test
    void head_answers_with_the_link_to_go_on_from_and_no_events() {
        String start = FeedReader.fromNow(API, ADMIN, "").cursor();
        FRONT_DESK.post("/patients", People.somebody()).is(201);
        Eventually.that(() ->
                assertThat(ADMIN.get("/events?after=" + start).is(200).json()).hasSize(1));

        Answer head = ADMIN.send("HEAD", "/events?after=" + start, null).is(200);

        assertThat(head.link("next"))
                .isPresent()
                .isEqualTo(ADMIN.get("/events?after=" + start).is(200).link("next"));
        assertThat(head.body()).isEmpty();
    }

    @Test
    void every_event_can_be_the_place_to_go_on_from() {
        FeedReader feed = FeedReader.fromNow(API, ADMIN, "");
        IntStream.range(0, 5)
                .forEach(i -> FRONT_DESK.post("/patients", People.somebody()).is(201));
        String start = feed.cursor();
        feed.await(5);
        Answer all = ADMIN.get("/events?after=" + start);

        for (int i = 0; i < 5; i++) {
            assertThat(ADMIN.get("/events?after=" + all.all("cursor").get(i)).all("id"))
                    .isEqualTo(all.all("id").subList(i + 1, 5));
        }
        assertThat(ADMIN.get("/events?limit=2&after=" + all.all("cursor").get(0))
                        .all("id"))
                .isEqualTo(all.all("id").subList(1, 3));
    }

    @Test
    void a_cursor_that_is_not_one_of_this_feed_is_refused() {
        String good = FeedReader.fromNow(API, ANALYTICS, "").cursor();
        String forged = (good.startsWith("A") ? "B" : "A") + good.substring(1);
        String ofTheOtherTier = FeedReader.fromNow(API, ADMIN, "").cursor();

        for (String bad : List.of("1", "!", forged, good.substring(1), good + "AAAA", ofTheOtherTier)) {
            assertThat(ANALYTICS.get("/events?limit=0&after=" + bad).is(400).errors())
                    .contains("after invalid_cursor", "limit out_of_range");
        }
        assertThat(ANALYTICS
                        .with("Last-Event-ID", "1")
                        .get("/events/stream")
                        .is(400)
                        .errors())
                .containsExactly("Last-Event-ID invalid_cursor");
        assertThat(ANALYTICS
                        .get("/events?wait=31&limit=1001&types=patient.registered,patient.moved")
                        .is(400)
                        .errors())
                .containsExactlyInAnyOrder("wait out_of_range", "limit out_of_range", "types unknown_type");
    }

    @Test
    void a_reader_with_filters_gets_what_it_asked_for_and_moves_on_past_the_rest() {
        FeedReader deaths = FeedReader.fromNow(API, ADMIN, "types=patient.status-changed,patient.erased&branch_id=DEL");
        String before = deaths.cursor();
        Answer here = FRONT_DESK
                .post("/patients", People.somebodyWith("branch_id", "DEL"))
                .is(201);
        Answer there = FRONT_DESK
                .post("/patients", People.somebodyWith("branch_id", "CHN"))
                .is(201);

        Eventually.that(() -> {
            assertThat(deaths.rest()).isEmpty();
            assertThat(deaths.cursor()).isNotEqualTo(before);
        });
        for (Answer patient : List.of(here, there)) {
            FRONT_DESK
                    .patch("/patients/" + patient.id(), Map.of("status", "deceased", "blood_group", "O+"))
                    .is(200);
        }
        assertThat(deaths.await(1))
                .extracting(event -> event.get("subject").asString())
                .containsExactly(here.id());
    }

    @Test
    void a_token_of_some_branches_reads_their_patients_events_only_as_they_were_at_that_time() {
        FeedReader all = FeedReader.fromNow(API, ADMIN, "");
        Api.Client ofMumbai = API.withToken(tokens().of("events:read events:identified", Duration.ofMinutes(1), "MUM"));
        FeedReader mumbai = FeedReader.fromNow(API, ofMumbai, "");
        Answer moved = FRONT_DESK
                .post("/patients", People.somebodyWith("branch_id", "MUM"))
                .is(201);
        String path = "/patients/" + moved.id();
        FRONT_DESK.post("/patients", People.somebodyWith("branch_id", "DEL")).is(201);
        FRONT_DESK.patch(path, Map.of("status", "inactive")).is(200);
        FRONT_DESK.patch(path, Map.of("branch_id", "DEL")).is(200);
        FRONT_DESK.patch(path, Map.of("status", "active")).is(200);

        assertThat(all.await(5)).hasSize(5);
        assertThat(mumbai.await(3))
                .extracting(event -> event.get("type").asString())
                .containsExactly("patient.registered", "patient.status-changed", "patient.transferred");
        assertThat(mumbai.rest()).isEmpty();
        ofMumbai.get("/events?branch_id=DEL").isProblem(403, "branch_not_granted");
    }

    @Test
    void nothing_of_the_person_is_in_the_pseudonymous_tier() throws Exception {
        FeedReader identified = FeedReader.fromNow(API, ADMIN, "");
        FeedReader pseudonymous = FeedReader.fromNow(API, ANALYTICS, "");
        String start = pseudonymous.cursor();
        List<String> canaries = Canary.live(FRONT_DESK);

        List<JsonNode> plain = identified.await(Canary.EVENTS);
        List<JsonNode> told = pseudonymous.await(Canary.EVENTS);

        assertThat(told).hasSameSizeAs(plain);
        for (String name : List.of("id", "subject", "cursor")) {
            assertThat(told)
                    .as(name)
                    .extracting(event -> event.get(name))
                    .doesNotContainAnyElementsOf(
                            plain.stream().map(event -> event.get(name)).toList());
        }
        for (String canary : canaries) {
            assertThat(plain.toString())
                    .as("the canary is in the events, so the looking works")
                    .contains(canary);
            assertThat(told.toString()).doesNotContain(canary);
        }
        assertThat(told)
                .extracting(event -> event.get("type").asString())
                .isEqualTo(plain.stream()
                        .map(event -> event.get("type").asString())
                        .toList());
        try (Scanner stream = FeedReader.lines(stream("analytics", start))) {
            String streamed = String.join(
                    "\n",
                    told.stream()
                            .flatMap(event -> FeedReader.event(stream).stream())
                            .toList());
            assertThat(canaries).noneMatch(streamed::contains);
            assertThat(streamed).contains(told.getLast().toString());
        }
    }

    @Test
    void an_erasure_is_told_in_both_tiers_and_a_later_replay_knows_nothing_of_the_person() {
        List<FeedReader> tiers = List.of(FeedReader.fromNow(API, ADMIN, ""), FeedReader.fromNow(API, ANALYTICS, ""));
        List<String> starts = tiers.stream().map(FeedReader::cursor).toList();
        List<String> canaries = Canary.live(FRONT_DESK);
        List<List<JsonNode>> before =
                tiers.stream().map(reader -> reader.await(Canary.EVENTS)).toList();
        Set<String> people = subjects(before.getFirst());
        assertThat(people).hasSize(2);

        people.forEach(id -> ADMIN.send("DELETE", "/patients/" + id + "?reason=patient_request", null)
                .is(200));

        for (int tier = 0; tier < 2; tier++) {
            List<JsonNode> told = tiers.get(tier).await(2);
            assertThat(told).extracting(event -> event.get("type").asString()).containsOnly("patient.erased");
            assertThat(subjects(told)).isEqualTo(subjects(before.get(tier)));
            assertThat(told)
                    .allSatisfy(event ->
                            assertThat(event.at("/data/reason").asString()).isEqualTo("patient_request"));
        }
        // Ids are what the identified tier is for; nothing else of them is left.
        canaries.removeAll(people);
        for (String client : List.of("admin", "analytics")) {
            int tier = client.equals("admin") ? 0 : 1;
            String start = starts.get(tier);
            List<JsonNode> replayed =
                    FeedReader.after(API, API.as(client), start).await(Canary.EVENTS + 2);
            assertThat(replayed.subList(0, Canary.EVENTS))
                    .extracting(event -> event.get("type").asString())
                    .containsOnly("patient.forgotten");
            assertThat(replayed)
                    .extracting(event -> event.get("id").asString())
                    .startsWith(before.get(tier).stream()
                            .map(event -> event.get("id").asString())
                            .toArray(String[]::new));
            try (Scanner stream = FeedReader.lines(stream(client, start))) {
                List<JsonNode> streamed = replayed.stream()
                        .map(event -> FeedReader.data(FeedReader.event(stream)))
                        .toList();
                assertThat(streamed).isEqualTo(replayed);
            }
            String all = replayed.toString();
            assertThat(canaries).noneMatch(all::contains);
        }
    }

    private static Set<String> subjects(List<JsonNode> events) {
        return events.stream().map(event -> event.get("subject").asString()).collect(Collectors.toSet());
    }

    @Test
    void the_pseudonymous_tier_tells_of_the_same_patient_under_the_same_name_and_what_analytics_needs() {
        FeedReader feed = FeedReader.fromNow(API, ANALYTICS, "");
        Canary.live(FRONT_DESK);

        List<JsonNode> events = feed.await(Canary.EVENTS);

        JsonNode registered = events.getFirst();
        JsonNode data = registered.get("data");
        assertThat(registered.get("time").asString()).matches("....-..-..T..:00:00\\+05:30");
        assertThat(UUID.fromString(registered.get("subject").asString()).version())
                .isEqualTo(8);
        assertThat(data.get("demographics")).isEqualTo(json("""
                {"year_of_birth": 1971, "gender": "female", "blood_group": "AB-"}"""));
        assertThat(data.get("contact")).isEqualTo(json("""
                {"has_phone": true, "has_email": true, "district": "Bengaluru Urban", "state": "Karnataka",
                 "country": "IN"}"""));
        assertThat(data.get("identifiers")).isEqualTo(json("""
                {"has_abha": true, "has_aadhaar": true, "aadhaar_verified": true, "insured": true}"""));
        assertThat(data.get("medical_summary")).isEqualTo(json("""
                {"active_diagnoses": [{"system": "ICD-10", "code": "E11.9", "since": 2019},
                                      {"system": "SNOMED-CT", "code": "44054006"}],
                 "uncoded_diagnoses": 2, "allergies": 1, "current_medications": 1}"""));
        assertThat(events.stream()
                        .filter(event -> event.get("subject").equals(registered.get("subject")))
                        .map(event -> event.get("type").asString()))
                .contains("patient.visit-recorded", "patient.admitted", "patient.discharged", "patient.status-changed");
        List<JsonNode> visits = events.stream()
                .map(event -> event.at("/data/visit"))
                .filter(visit -> !visit.isMissingNode())
                .toList();
        assertThat(visits)
                .extracting(visit -> visit.path("department").asString())
                .contains("Cardiology", "other");
        assertThat(visits.stream()
                        .filter(visit -> visit.get("type").asString().equals("IPD"))
                        .map(visit -> visit.get("admitted_at").asString()))
                .isNotEmpty()
                .containsOnly("2026-02-01T09:00:00+05:30");
        // The twin names the first patient as the first patient's own events do.
        assertThat(events)
                .filteredOn(
                        event -> event.at("/data/duplicate_override/subject").equals(registered.get("subject")))
                .hasSize(1);
    }

    @Test
    void every_event_is_as_its_published_schema_says() {
        FeedReader identified = FeedReader.fromNow(API, ADMIN, "");
        FeedReader pseudonymous = FeedReader.fromNow(API, ANALYTICS, "");
        Canary.live(FRONT_DESK);
        SchemaRegistry schemas = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

        List<JsonNode> events = Stream.concat(
                        identified.await(Canary.EVENTS).stream(), pseudonymous.await(Canary.EVENTS).stream())
                .toList();
        Set<String> checked = new HashSet<>();
        for (JsonNode event : events) {
            String address = event.get("dataschema").asString();
            Answer schema = API.anonymous().get(address).is(200);
            assertThat(schema.header("Content-Type")).isEqualTo("application/schema+json");
            assertThat(schemas.getSchema(closed(schema.json())).validate(event.get("data")))
                    .as(event.toString())
                    .isEmpty();
            checked.add(address);
        }

        assertThat(checked).hasSizeGreaterThan(16);
        API.anonymous()
                .get(API.address() + "/schemas/events/identified/patient.registered.99.json")
                .isProblem(404, "not_found");
        assertThat(API.anonymous().get(API.address() + "/asyncapi.yaml").is(200).body())
                .contains("\nasyncapi: 3.0.0\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/asyncapi.yaml", "/schemas/events/identified/patient.registered.1.json"})
    void the_description_is_whole_whatever_part_of_it_is_asked_for(String path) {
        String whole = API.anonymous().get(API.address() + path).is(200).body();

        for (String range : List.of("bytes=9999999-", "lines=1-2", "bytes=0-1,3-4")) {
            assertThat(API.anonymous()
                            .with("Range", range)
                            .get(API.address() + path)
                            .is(200)
                            .body())
                    .isEqualTo(whole);
        }
    }

    @Test
    void whoever_waits_is_told_at_once() throws Exception {
        FeedReader feed = FeedReader.fromNow(API, ADMIN, "");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<JsonNode>> waiting = threads.submit(() -> feed.await(1));
            // Long enough for the request to be there; if it were not, the test would pass for the wrong reason only.
            TimeUnit.MILLISECONDS.sleep(300);
            assertThat(waiting.isDone()).isFalse();

            Answer patient = FRONT_DESK.post("/patients", People.somebody()).is(201);

            assertThat(waiting.get(3, TimeUnit.SECONDS))
                    .extracting(event -> event.get("subject").asString())
                    .containsExactly(patient.id());
        }
    }

    @Test
    void nothing_is_passed_over_while_a_transaction_that_came_first_is_still_open() throws Exception {
        FeedReader feed = FeedReader.fromNow(API, ADMIN, "");
        CountDownLatch placed = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Answer slow = FRONT_DESK.post("/patients", People.somebody()).is(201);
        feed.await(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // Takes the place that the next event would have had, and commits after it.
            Future<?> open = threads.submit(() -> transactions.executeWithoutResult(status -> {
                jdbc.sql(
                                "insert into domain_event (event_id, aggregate_id, sequence_number, aggregate_type, payload_type,"
                                        + " payload_revision, occurred_at, payload, metadata)"
                                        + " values (?, ?, 1, 'patient', 'patient.status-changed', '1', now(), ?, '{}')")
                        .params(UUID.randomUUID(), UUID.fromString(slow.id()), new byte[64])
                        .update();
                placed.countDown();
                await(release);
            }));
            await(placed);
            Answer quick = FRONT_DESK.post("/patients", People.somebody()).is(201);

            assertThat(feed.rest()).as("what is behind the open one").isEmpty();
            release.countDown();
            open.get();
            List<JsonNode> both = feed.await(2);

            assertThat(both)
                    .extracting(event -> event.get("subject").asString())
                    .containsExactly(slow.id(), quick.id());
            // It cannot be read, and is told all the same.
            assertThat(both.getFirst().get("dataerror").asString()).isEqualTo("unreadable");
            assertThat(both.getFirst().get("type").asString()).isEqualTo("patient.status-changed");
            assertThat(both.getFirst().has("data")).isFalse();
        }
    }

    @Test
    void four_readers_that_stop_and_resume_see_every_event_of_sixteen_writers_once_and_in_one_order() throws Exception {
        int writers = 16;
        int each = 15;
        String start = FeedReader.fromNow(API, ADMIN, "").cursor();
        Set<String> written = new HashSet<>();
        List<List<String>> seen = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            ConcurrentLinkedQueue<String> subjects = new ConcurrentLinkedQueue<>();
            List<Future<?>> writing = IntStream.range(0, writers)
                    .<Future<?>>mapToObj(n -> threads.submit(() -> {
                        for (int i = 0; i < each; i++) {
                            subjects.add(FRONT_DESK
                                    .post("/patients", People.somebody())
                                    .is(201)
                                    .id());
                        }
                    }))
                    .toList();
            List<Future<List<String>>> reading = IntStream.range(0, 4)
                    .mapToObj(n -> threads.submit(() -> readAtRandom(n % 2 == 0, start, writers * each)))
                    .toList();
            for (Future<?> writer : writing) {
                writer.get();
            }
            for (Future<List<String>> reader : reading) {
                seen.add(reader.get());
            }
            written.addAll(subjects);
        }

        assertThat(written).hasSize(writers * each);
        for (List<String> reader : seen) {
            assertThat(reader).doesNotHaveDuplicates().isEqualTo(seen.getFirst());
        }
        assertThat(FeedReader.fromNow(API, ADMIN, "").cursor()).isNotEqualTo(start);
        assertThat(ADMIN.get("/events?limit=1000&after=" + start).all("id")).isEqualTo(seen.getFirst());
        assertThat(ADMIN.get("/events?limit=1000&after=" + start).all("subject"))
                .containsExactlyInAnyOrderElementsOf(written);
    }

    /** The ids of the events, by pages or by streams that are given up after a few. */
    private static List<String> readAtRandom(boolean byPages, String start, int expected) throws Exception {
        List<String> ids = new ArrayList<>();
        String cursor = start;
        while (ids.size() < expected) {
            int some = ThreadLocalRandom.current().nextInt(1, 12);
            if (byPages) {
                Answer page = ADMIN.get("/events?wait=2&limit=" + some + "&after=" + cursor)
                        .is(200);
                ids.addAll(page.all("id"));
                cursor = page.link("next").orElseThrow().replaceFirst(".*after=([^&]+).*", "$1");
            } else {
                try (Scanner stream = FeedReader.lines(stream("admin", cursor))) {
                    for (int i = 0; i < some && ids.size() < expected; i++) {
                        List<String> message = FeedReader.event(stream);
                        cursor = message.getFirst().substring("id: ".length());
                        ids.add(FeedReader.data(message).get("id").asString());
                    }
                }
            }
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(10));
        }
        return ids;
    }

    private static InputStream stream(String client, String cursor) {
        HttpResponse<InputStream> answer =
                FeedReader.open(API, API.as(client).token(), "/events/stream", "Last-Event-ID", cursor);
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    /** With every object closed, so that a field that the schema does not name is a breach. */
    private static JsonNode closed(JsonNode schema) {
        schema.findParents("properties").forEach(object -> ((ObjectNode) object).put("additionalProperties", false));
        return schema;
    }

    private static JsonNode json(String text) {
        return Api.JSON.readTree(text);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
