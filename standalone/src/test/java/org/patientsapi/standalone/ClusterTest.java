package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.patientsapi.standalone.Api.Answer;
import org.patientsapi.testbackends.KafkaTopic;
import org.patientsapi.testbackends.TestProcesses;
import tools.jackson.databind.JsonNode;

/** What only several processes can get wrong. The tests of the contract run against the same cluster. */
@Tag("cluster")
@Execution(ExecutionMode.SAME_THREAD)
class ClusterTest {

    private static final Cluster CLUSTER = Cluster.running();
    private static final Api API = new Api(CLUSTER.address(), false);

    /** Longer than the 10 s after which another node takes a silent node's work over. */
    private static final Duration PAST_THE_CLAIM = Duration.ofSeconds(14);

    /** Longer than the 30 s after which Elasticsearch gives a silent node's shards to others. */
    private static final Duration PAST_THE_FAULT_DETECTION = Duration.ofSeconds(45);

    private static Api.Client on(Api node, String client) {
        return node.withToken(API.as(client).token());
    }

    @Test
    void of_two_who_register_the_same_person_on_two_nodes_at_once_one_wins_and_the_other_is_told_who()
            throws Exception {
        try (ExecutorService desks = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 100; round++) {
                Map<String, Object> person = People.somebody();
                CyclicBarrier start = new CyclicBarrier(2);
                List<Future<Answer>> attempts = new ArrayList<>();
                for (Api side : CLUSTER.commandSides) {
                    Api.Client desk = on(side, "front-desk");
                    attempts.add(desks.submit(() -> {
                        start.await();
                        return desk.post("/patients", person);
                    }));
                }
                Map<Integer, Answer> byStatus = new TreeMap<>();
                for (Future<Answer> attempt : attempts) {
                    Answer answer = attempt.get();
                    byStatus.put(answer.status(), answer);
                }
                assertThat(byStatus).containsOnlyKeys(201, 409);
                assertThat(byStatus.get(409).text("existing_patient_id"))
                        .isEqualTo(byStatus.get(201).id());
            }
        }
    }

    /** Prints how soon; what a busy machine makes of that is no failure. */
    @Test
    void registered_on_one_node_read_on_all_others_at_once_and_in_the_index_soon() {
        // Warms up four JVMs.
        millisUntilIndexed(100);
        long[] millis = millisUntilIndexed(300);
        System.out.printf(
                "In the index of a cluster after a POST to another node, n=%d: p50 %d ms, p90 %d ms, p99 %d ms, max %d ms%n",
                millis.length,
                millis[millis.length / 2],
                millis[millis.length * 9 / 10],
                millis[millis.length * 99 / 100],
                millis[millis.length - 1]);
    }

    /** From the answer to a POST on, shortest first. */
    private static long[] millisUntilIndexed(int registrations) {
        long[] millis = new long[registrations];
        for (int i = 0; i < millis.length; i++) {
            String id = on(CLUSTER.commandSides.get(i % 2), "front-desk")
                    .post("/patients", People.somebody())
                    .is(201)
                    .id();
            long answered = System.nanoTime();
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> document(id).path("found").asBoolean(false));
            millis[i] = (System.nanoTime() - answered) / 1_000_000;
            if (i % 10 == 0) {
                String other = on(CLUSTER.commandSides.get(1), "front-desk")
                        .post("/patients", People.somebody())
                        .is(201)
                        .id();
                CLUSTER.querySides.forEach(
                        side -> on(side, "reader").get("/patients/" + other).is(200));
            }
        }
        Arrays.sort(millis);
        return millis;
    }

    private static JsonNode document(String id) {
        return get(CLUSTER.searchEngine(0).resolve("/patients/_doc/" + id + "?_source=false"));
    }

    private static JsonNode get(URI uri) {
        try {
            return Api.JSON.readTree(HttpClients.HTTP
                    .send(
                            HttpRequest.newBuilder(uri)
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            BodyHandlers.ofString())
                    .body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static final class HttpClients {
        static final HttpClient HTTP = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
    }

    @Test
    void killing_either_query_node_loses_doubles_and_ages_nothing() {
        try (Traffic traffic = new Traffic()) {
            for (NodeProcess node : CLUSTER.queryNodes) {
                traffic.flowFor(Duration.ofSeconds(3));
                node.kill();
                traffic.flowFor(PAST_THE_CLAIM);
                node.startAgain();
            }
            traffic.endAndHoldAgainstTheStores(Publisher.MAY_REPEAT);
        }
    }

    @Test
    void pausing_either_query_node_past_its_claim_loses_doubles_and_ages_nothing() {
        try (Traffic traffic = new Traffic()) {
            for (NodeProcess node : CLUSTER.queryNodes) {
                traffic.flowFor(Duration.ofSeconds(3));
                node.pause();
                try {
                    traffic.flowFor(PAST_THE_CLAIM);
                } finally {
                    node.resume();
                }
            }
            traffic.endAndHoldAgainstTheStores(Publisher.MAY_REPEAT);
        }
    }

    @Test
    void killing_the_search_node_with_the_primary_shard_loses_doubles_and_ages_nothing() {
        try (Traffic traffic = new Traffic()) {
            traffic.flowFor(Duration.ofSeconds(3));
            CLUSTER.searchEngineProcess(nodeWithThePrimary()).destroyForcibly();
            traffic.flowFor(Duration.ofSeconds(20));
            awaitWholeSearchEngine();
            traffic.endAndHoldAgainstTheStores(Publisher.MUST_NOT_REPEAT);
        }
    }

    @Test
    void pausing_the_search_node_with_the_primary_shard_until_it_is_replaced_loses_doubles_and_ages_nothing() {
        try (Traffic traffic = new Traffic()) {
            traffic.flowFor(Duration.ofSeconds(3));
            long paused = CLUSTER.searchEngineProcess(nodeWithThePrimary()).pid();
            TestProcesses.signal("STOP", paused);
            try {
                traffic.flowFor(PAST_THE_FAULT_DETECTION);
            } finally {
                TestProcesses.signal("CONT", paused);
            }
            awaitWholeSearchEngine();
            traffic.endAndHoldAgainstTheStores(Publisher.MUST_NOT_REPEAT);
        }
    }

    /** Started again by itself, and with all copies of all shards: what they hold counts too. */
    private static void awaitWholeSearchEngine() {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptions()
                .until(() -> {
                    for (int i = 0; i < Cluster.SEARCH_NODES; i++) {
                        JsonNode health = get(CLUSTER.searchEngine(i).resolve("/_cluster/health"));
                        if (health.get("number_of_nodes").asInt() < Cluster.SEARCH_NODES
                                || !health.get("status").asString().equals("green")) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private static int nodeWithThePrimary() {
        String name = get(CLUSTER.searchEngine(0).resolve("/_cat/shards/patients?format=json"))
                .valueStream()
                .filter(shard -> shard.get("prirep").asString().equals("p"))
                .map(shard -> shard.get("node").asString())
                .findFirst()
                .orElseThrow();
        for (int i = 0; i < Cluster.SEARCH_NODES; i++) {
            JsonNode nodes =
                    get(CLUSTER.searchEngine(i).resolve("/_nodes/_local")).get("nodes");
            if (nodes.valueStream().anyMatch(node -> node.get("name").asString().equals(name))) {
                return i;
            }
        }
        throw new AssertionError("no node is called " + name);
    }

    /** What the feed promises of a topic: an event comes again only after a crash of the node that publishes. */
    private enum Publisher {
        MAY_REPEAT,
        MUST_NOT_REPEAT
    }

    /**
     * Desks that register and correct people on both command nodes, and readers that ask both query nodes for people whose
     * version they know: whoever answers them must know it too.
     */
    private static final class Traffic implements AutoCloseable {

        private final Instant begun = Instant.now();
        private final Map<String, Long> answered = new ConcurrentHashMap<>();
        private final List<String> ids = new CopyOnWriteArrayList<>();
        private final Queue<String> breaches = new ConcurrentLinkedQueue<>();
        private final AtomicInteger reads = new AtomicInteger();
        private final AtomicBoolean flowing = new AtomicBoolean(true);
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final String readerToken = API.as("reader").token();

        Traffic() {
            for (int i = 0; i < 2; i++) {
                Api.Client registers = on(CLUSTER.commandSides.get(i), "front-desk");
                Api.Client corrects = on(CLUSTER.commandSides.get(1 - i), "front-desk");
                threads.submit(() -> repeat(() -> write(registers, corrects)));
                Api side = CLUSTER.querySides.get(i);
                threads.submit(() -> repeat(() -> read(side)));
            }
        }

        private void repeat(Runnable step) {
            while (flowing.get()) {
                try {
                    step.run();
                    Thread.sleep(5);
                } catch (InterruptedException e) {
                    return;
                } catch (RuntimeException | AssertionError e) {
                    breaches.add(e.toString());
                }
            }
        }

        private void write(Api.Client registers, Api.Client corrects) {
            String id = registers.post("/patients", People.somebody()).is(201).id();
            answered.put(id, 1L);
            ids.add(id);
            corrects.patch("/patients/" + id, Map.of("email", People.phone().substring(1) + "@example.com"))
                    .is(200);
            answered.put(id, 2L);
        }

        private void read(Api side) {
            if (ids.isEmpty()) {
                return;
            }
            String id = ids.get(ThreadLocalRandom.current().nextInt(ids.size()));
            long known = answered.get(id);
            HttpRequest request = HttpRequest.newBuilder(URI.create(side.address() + "/api/v1/patients/" + id))
                    .header("Authorization", "Bearer " + readerToken)
                    .header("If-None-Match", "\"" + known + "\"")
                    .timeout(Duration.ofSeconds(20))
                    .build();
            HttpResponse<String> answer;
            try {
                answer = HttpClients.HTTP.send(request, BodyHandlers.ofString());
            } catch (IOException away) {
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            boolean newer = answer.statusCode() == 200
                    && Api.JSON.readTree(answer.body()).get("version").asLong() > known;
            if (newer || answer.statusCode() == 304) {
                reads.incrementAndGet();
            } else if (answer.statusCode() != 503) {
                breaches.add("version " + known + " of " + id + " was answered by " + side.address() + ": "
                        + answer.statusCode() + " " + answer.body());
            }
        }

        void flowFor(Duration time) {
            int writtenBefore = answered.size();
            int readBefore = reads.get();
            ProductProcess.await(time, () -> false);
            assertThat(answered.size()).as("writes go on").isGreaterThan(writtenBefore);
            assertThat(reads.get()).as("reads go on").isGreaterThan(readBefore);
        }

        void endAndHoldAgainstTheStores(Publisher publisher) {
            close();
            assertThat(breaches).isEmpty();
            Map<String, Long> stored = CLUSTER
                    .jdbc()
                    .sql("select aggregate_id::text, count(*) from domain_event where occurred_at >= ? group by 1")
                    .param(OffsetDateTime.ofInstant(begun, ZoneOffset.UTC))
                    .query((row, n) -> Map.entry(row.getString(1), row.getLong(2)))
                    .list()
                    .stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            assertThat(stored).as("what was answered is what is stored").isEqualTo(answered);

            Operations operations = new Operations(API);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> lag(operations) == 0);
            JsonNode check = operations.run("check");
            assertThat(LongStream.of(
                            check.get("missing").longValue(),
                            check.get("outdated").longValue(),
                            check.get("different").longValue(),
                            check.get("surplus").longValue()))
                    .as("drift: %s", check)
                    .containsOnly(0L);
            assertThat(check.get("unreadable").longValue()).isZero();
            System.out.printf(
                    "%d people registered and corrected, %d reads held, drift 0 of %d patients%n",
                    answered.size(), reads.get(), check.get("patients").longValue());
            holdTheTopicAgainstTheDatabase(publisher);
        }

        /** For who drops the ids that it knows: all events, and each patient's in their order. */
        private void holdTheTopicAgainstTheDatabase(Publisher publisher) {
            Map<String, String> patients = new LinkedHashMap<>();
            CLUSTER.jdbc()
                    .sql("select event_id::text, aggregate_id::text from domain_event order by global_index")
                    .query(row -> {
                        patients.put(row.getString(1), row.getString(2));
                    });
            List<String> published = KafkaTopic.read(Cluster.TOPIC, Traffic::eventId, patients.size()).stream()
                    .map(event -> eventId(event.value()))
                    .toList();
            Set<String> known = new LinkedHashSet<>();
            List<String> repeated = published.stream()
                    .filter(id -> !known.add(id) && answered.containsKey(patients.get(id)))
                    .toList();
            assertThat(known).isEqualTo(patients.keySet());
            assertThat(byPatient(known, patients)).isEqualTo(byPatient(patients.keySet(), patients));
            if (publisher == Publisher.MUST_NOT_REPEAT) {
                assertThat(repeated).isEmpty();
            }
            System.out.printf("%d events are on the topic, %d of this test twice%n", known.size(), repeated.size());
        }

        private static Map<String, List<String>> byPatient(Collection<String> ids, Map<String, String> patients) {
            return ids.stream().collect(Collectors.groupingBy(patients::get));
        }

        private static String eventId(byte[] event) {
            return Api.JSON.readTree(event).get("id").asString();
        }

        private static double lag(Operations operations) {
            return operations
                    .get("/prometheus")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("patients_projection_lag_events"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .findFirst()
                    .orElse(Double.NaN);
        }

        @Override
        public void close() {
            flowing.set(false);
            threads.close();
        }
    }
}
