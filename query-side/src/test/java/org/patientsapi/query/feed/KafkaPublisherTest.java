package org.patientsapi.query.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.patientsapi.api.PatientEvent.StatusChanged;
import org.patientsapi.platform.eventstore.EventLog;
import org.patientsapi.platform.eventstore.LoggedEvent;
import org.patientsapi.testbackends.TestBackends;
import org.patientsapi.testbackends.TestDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Against a real broker, with publishers in processes of their own that are killed like a machine that loses its power. */
@Timeout(240)
class KafkaPublisherTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    static Path folder;

    private final TestDatabase database = TestBackends.freshDatabase();
    private String topic = "patients.events." + System.nanoTime();
    private final List<Process> publishers = new ArrayList<>();
    private final List<FeedNode> publishersHere = new ArrayList<>();

    /** Writes, and publishes nothing. */
    private final FeedNode writer = FeedNode.start(settings());

    @AfterEach
    void stop() {
        publishers.forEach(Process::destroyForcibly);
        publishersHere.forEach(FeedNode::close);
        writer.close();
    }

    @Test
    void records_are_the_same_as_over_http_keyed_by_the_pseudonym_and_without_the_person() throws Exception {
        String id = FeedNode.newId();
        writer.append(0, FeedNode.registered(id), new StatusChanged(id, "inactive"));
        startPublisher();
        awaitAnotherPublication();

        List<ConsumerRecord<String, byte[]>> records = consume(2);

        List<LoggedEvent> log = log();
        CloudEvents cloudEvents = writer.bean(CloudEvents.class);
        for (int i = 0; i < 2; i++) {
            assertThat(records.get(i).value()).isEqualTo(cloudEvents.single(log.get(i), FeedTier.PSEUDONYMOUS));
            assertThat(records.get(i).key()).isEqualTo(cloudEvents.subject(log.get(i), FeedTier.PSEUDONYMOUS));
            String text = new String(records.get(i).value(), StandardCharsets.UTF_8);
            assertThat(text)
                    .doesNotContain("anary", "Kanari", "9812345670", "1980-02", "400602", id)
                    .contains("\"branchid\":\"BLR\"");
            assertThat(records.get(i).headers().lastHeader("content-type").value())
                    .asString(StandardCharsets.UTF_8)
                    .startsWith("application/cloudevents+json");
        }
        assertThat(new String(records.getFirst().value(), StandardCharsets.UTF_8))
                .contains("\"year_of_birth\":1980", "\"district\":\"Thane\"");
    }

    @ParameterizedTest
    @EnumSource
    void an_erasure_reaches_the_topic_under_the_patients_key_and_a_new_topic_holds_nothing_of_the_person(FeedTier tier)
            throws Exception {
        String id = FeedNode.newId();
        writer.append(0, FeedNode.registered(id), new StatusChanged(id, "inactive"));
        startPublisherHere(tier);
        awaitAnotherPublication();
        writer.erase(id);
        List<ConsumerRecord<String, byte[]>> records = consume(3);

        assertThat(records)
                .extracting(ConsumerRecord::key)
                .containsOnly(records.getFirst().key());
        assertThat(records)
                .extracting(KafkaPublisherTest::type)
                .containsExactly("patient.registered", "patient.status-changed", "patient.erased");

        topic += ".anew";
        startPublisherHere(tier);
        awaitAnotherPublication();
        List<ConsumerRecord<String, byte[]>> anew = consume(3);

        assertThat(anew)
                .extracting(KafkaPublisherTest::type)
                .containsExactly("patient.forgotten", "patient.forgotten", "patient.erased");
        assertThat(anew)
                .extracting(each -> id(each.value()))
                .containsExactlyElementsOf(
                        records.stream().map(each -> id(each.value())).toList());
        assertThat(anew)
                .allSatisfy(each -> assertThat(new String(each.value(), StandardCharsets.UTF_8))
                        .doesNotContain("anary", "Kanari", "9812345670", "1980", "Thane", "400602"));
    }

    private static String type(ConsumerRecord<String, byte[]> event) {
        return JSON.readTree(event.value()).get("type").asString();
    }

    @Test
    void publishers_that_are_killed_again_and_again_lose_nothing_and_keep_each_patients_order() throws Exception {
        AtomicBoolean writing = new AtomicBoolean(true);
        List<CompletableFuture<Integer>> writers = IntStream.range(0, 4)
                .mapToObj(n -> CompletableFuture.supplyAsync(() -> writeUntil(writing)))
                .toList();
        // Two at a time, so that one takes over while the other is being killed; whichever publishes is killed once at
        // least.
        startPublisher();
        startPublisher();
        for (int kill = 0; kill < 2; kill++) {
            awaitAnotherPublication();
            Thread.sleep(ThreadLocalRandom.current().nextInt(300));
            publishers.get(kill).destroyForcibly().waitFor();
            if (kill == 0) {
                startPublisher();
            }
        }
        awaitAnotherPublication();
        writing.set(false);
        int written = 0;
        for (CompletableFuture<Integer> one : writers) {
            written += one.get(20, TimeUnit.SECONDS);
        }

        List<LoggedEvent> log = log();
        assertThat(log).hasSize(written);
        List<String> ids = consume(written).stream()
                .map(event -> id(event.value()))
                .distinct()
                .toList();
        // Those of one patient come from one partition; over all patients, Kafka keeps no order.
        assertThat(ids).containsExactlyInAnyOrderElementsOf(ids(log));
        assertThat(byPatient(log, ids)).isEqualTo(byPatient(log, ids(log)));
    }

    private int writeUntil(AtomicBoolean writing) {
        int written = 0;
        while (writing.get()) {
            String id = FeedNode.newId();
            writer.append(0, FeedNode.registered(id));
            for (int i = 1; i <= 5; i++) {
                writer.append(i, new StatusChanged(id, i % 2 == 0 ? "active" : "inactive"));
                pause();
            }
            written += 6;
        }
        return written;
    }

    /** So that the publishers, which start meanwhile, get some of the processor too. */
    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The ids of each patient's events, in the order in which they stand in the list. */
    private Map<String, List<String>> byPatient(List<LoggedEvent> log, List<String> ids) {
        Map<String, String> patients = new LinkedHashMap<>();
        List<String> pseudonyms = ids(log);
        for (int i = 0; i < log.size(); i++) {
            patients.put(pseudonyms.get(i), log.get(i).patientId());
        }
        Map<String, List<String>> byPatient = new LinkedHashMap<>();
        ids.forEach(id -> byPatient
                .computeIfAbsent(String.valueOf(patients.get(id)), patient -> new ArrayList<>())
                .add(id));
        return byPatient;
    }

    private List<LoggedEvent> log() {
        EventLog log = writer.bean(EventLog.class);
        return log.read(0, log.settled(), 100_000);
    }

    private List<String> ids(List<LoggedEvent> log) {
        CloudEvents cloudEvents = writer.bean(CloudEvents.class);
        return log.stream()
                .map(event -> id(cloudEvents.single(event, FeedTier.PSEUDONYMOUS)))
                .toList();
    }

    private static String id(byte[] event) {
        return JSON.readTree(event).get("id").asString();
    }

    /** What there is on the topic as soon as there are so many different events, each as often as it came. */
    private List<ConsumerRecord<String, byte[]>> consume(int different) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        TestBackends.kafkaBootstrapServers(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (ids.size() < different && System.nanoTime() < end) {
                for (ConsumerRecord<String, byte[]> event : consumer.poll(Duration.ofMillis(200))) {
                    records.add(event);
                    ids.add(id(event.value()));
                }
            }
        }
        assertThat(ids).hasSize(different);
        return records;
    }

    private void awaitAnotherPublication() {
        long before = publishedPlace();
        await().atMost(Duration.ofSeconds(90)).until(() -> publishedPlace() > before);
    }

    private long publishedPlace() {
        return writer.bean(JdbcClient.class)
                .sql("select coalesce(max(place), 0) from published_place where topic = ?")
                .param(topic)
                .query(Long.class)
                .single();
    }

    private void startPublisher() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                FeedNode.class.getName()));
        command.addAll(List.of(publisherSettings()));
        publishers.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        folder.resolve("publisher" + publishers.size() + ".txt").toFile())
                .start());
    }

    /** One that nobody kills. */
    private void startPublisherHere(FeedTier tier) {
        publishersHere.add(FeedNode.start(publisherSettings("--patients.kafka.tier=" + tier.path())));
    }

    private String[] publisherSettings(String... more) {
        List<String> settings = new ArrayList<>(List.of(settings()));
        settings.add("--patients.kafka.bootstrap-servers=" + TestBackends.kafkaBootstrapServers());
        settings.add("--patients.kafka.topic=" + topic);
        settings.add("--patients.kafka.partitions=3");
        settings.addAll(List.of(more));
        return settings.toArray(String[]::new);
    }

    private String[] settings() {
        return new String[] {
            "--spring.datasource.url=" + database.jdbcUrl(),
            "--spring.datasource.username=" + database.application().user(),
            "--spring.datasource.password=" + database.application().password(),
            "--spring.datasource.hikari.maximum-pool-size=8",
            "--spring.flyway.user=" + database.owner().user(),
            "--spring.flyway.password=" + database.owner().password(),
            "--patients.vault.file=" + folder.resolve(database.jdbcUrl().replaceFirst(".*/([a-z_0-9]+).*", "$1.json"))
        };
    }
}
