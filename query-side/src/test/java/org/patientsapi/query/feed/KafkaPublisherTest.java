package org.patientsapi.query.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.patientsapi.api.PatientEvent.StatusChanged;
import org.patientsapi.platform.eventstore.EventLog;
import org.patientsapi.platform.eventstore.EventLogTail;
import org.patientsapi.platform.eventstore.LoggedEvent;
import org.patientsapi.testbackends.KafkaTopic;
import org.patientsapi.testbackends.TestBackends;
import org.patientsapi.testbackends.TestDatabase;
import org.patientsapi.testbackends.TestProcesses;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import tools.jackson.databind.json.JsonMapper;

/** Against a real broker, with publishers in processes of their own that are killed like a machine that loses its power. */
@Timeout(240)
class KafkaPublisherTest {

    private static final String BROKER = "--patients.kafka.bootstrap-servers=";
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
            assertThat(records.get(i).timestampType()).isEqualTo(TimestampType.CREATE_TIME);
            ZonedDateTime published =
                    Instant.ofEpochMilli(records.get(i).timestamp()).atZone(writer.bean(ZoneId.class));
            assertThat(published)
                    .as("no more of when it was published than the events tell of when they were, in the same hours")
                    .isEqualTo(published.truncatedTo(ChronoUnit.HOURS))
                    .isAfter(ZonedDateTime.now(ZoneOffset.UTC).minusHours(2));
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
        startPublisherHere("--patients.kafka.tier=" + tier.path());
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
        startPublisherHere("--patients.kafka.tier=" + tier.path());
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

        holdTheTopicAgainstTheLog(written);
    }

    private void holdTheTopicAgainstTheLog(int written) {
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

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void of_two_that_work_one_publishes_and_the_other_does_not_get_between(CapturedOutput console) throws Exception {
        startPublisherHere();
        startPublisherHere();
        // Longer than both look for the lock once.
        for (int i = 0; i < 50; i++) {
            writer.append(0, FeedNode.registered(FeedNode.newId()));
            Thread.sleep(100);
        }
        publishersHere.removeLast().close();
        writer.append(0, FeedNode.registered(FeedNode.newId()));
        holdTheTopicAgainstTheLog(51);
        assertThat(console).doesNotContain("not being published");
    }

    @Test
    void one_that_stands_still_is_replaced_and_gets_nothing_in_when_it_goes_on() throws Exception {
        AtomicBoolean writing = new AtomicBoolean(true);
        CompletableFuture<Integer> events = CompletableFuture.supplyAsync(() -> writeUntil(writing));
        startPublisher();
        awaitAnotherPublication();
        Process standsStill = publishers.getFirst();
        startPublisherHere();
        int session = publishingSession();
        TestProcesses.signal("STOP", standsStill.pid());
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> publishingSession() != session);
            awaitAnotherPublication();
        } finally {
            TestProcesses.signal("CONT", standsStill.pid());
        }
        // The one that goes on gets a look in before the writing ends.
        Thread.sleep(3_000);
        awaitAnotherPublication();
        writing.set(false);

        holdTheTopicAgainstTheLog(events.get(20, TimeUnit.SECONDS));
    }

    @Test
    void an_error_does_not_end_the_publishing() {
        AtomicBoolean failed = new AtomicBoolean();
        DataSource dataSource = new DelegatingDataSource(writer.bean(DataSource.class)) {
            @Override
            public <T> T unwrap(Class<T> type) throws SQLException {
                if (failed.compareAndSet(false, true)) {
                    throw new StackOverflowError("once");
                }
                return super.unwrap(type);
            }
        };
        KafkaPublisher publisher = new KafkaPublisher(
                new FeedProperties.Kafka(
                        TestBackends.kafkaBootstrapServers(), topic, 1, (short) 1, FeedTier.PSEUDONYMOUS, Map.of()),
                writer.bean(EventLog.class),
                writer.bean(EventLogTail.class),
                writer.bean(CloudEvents.class),
                dataSource,
                writer.bean(Clock.class));
        writer.append(0, FeedNode.registered(FeedNode.newId()));
        publisher.start();
        try {
            awaitAnotherPublication();
            assertThat(failed).isTrue();
        } finally {
            publisher.stop();
        }
    }

    @Test
    void whoever_may_make_no_topic_publishes_to_one_that_is_there() {
        KafkaTopic.make(topic);
        KafkaTopic.forbidMaking(topic);
        writer.append(0, FeedNode.registered(FeedNode.newId()));

        startPublisherHere();

        awaitAnotherPublication();
        assertThat(consume(1)).hasSize(1);
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void what_keeps_a_node_from_publishing_is_told_with_its_causes(CapturedOutput console) {
        KafkaTopic.forbidMaking(topic);
        writer.append(0, FeedNode.registered(FeedNode.newId()));

        startPublisherHere();

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(console)
                        .containsPattern("not being published to Kafka at the moment: \\S+ < org\\.apache\\.kafka\\."));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void a_topic_that_is_missing_is_made_once_that_is_allowed(CapturedOutput console) {
        KafkaTopic.forbidMaking(topic);
        writer.append(0, FeedNode.registered(FeedNode.newId()));
        startPublisherHere();
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(console).contains("not being published to Kafka"));

        KafkaTopic.allowMaking(topic);

        awaitAnotherPublication();
        assertThat(consume(1)).hasSize(1);
    }

    /** Of the database, as which somebody holds the lock; 0 while nobody does. */
    private int publishingSession() {
        return writer.bean(JdbcClient.class)
                .sql(
                        "select coalesce(max(pid), 0) from pg_locks where locktype = 'advisory' and granted and objsubid = 2"
                                + " and database = (select oid from pg_database where datname = current_database())")
                .query(Integer.class)
                .single();
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void how_far_the_topic_is_behind_is_measured_where_there_is_one(CapturedOutput console) {
        String id = FeedNode.newId();
        writer.append(0, FeedNode.registered(id), new StatusChanged(id, "inactive"));
        assertThat(lag(writer, "events")).isNaN();
        assertThat(lag(writer, "seconds")).isNaN();

        FeedNode withoutBroker = startPublisherHere(BROKER + "localhost:1", "--logging.level.org.apache.kafka=INFO");
        assertThat(lag(withoutBroker, "events")).isEqualTo(2);
        assertThat(lag(withoutBroker, "seconds")).isPositive();

        startPublisherHere();
        awaitAnotherPublication();
        assertThat(lag(withoutBroker, "events")).isZero();
        assertThat(lag(withoutBroker, "seconds")).isZero();
        assertThat(console)
                .as("tries again after pauses, not a thousand times a second")
                .contains("could not be established")
                .doesNotContain("Rebootstrapping");
    }

    private static double lag(FeedNode node, String unit) {
        node.bean(FeedMetrics.class).measure();
        return node.bean(MeterRegistry.class)
                .get("patients.kafka.lag." + unit)
                .gauge()
                .value();
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
        long settled = log.settled();
        List<LoggedEvent> all = new ArrayList<>();
        List<LoggedEvent> read = log.read(0, settled, 100_000);
        while (!read.isEmpty()) {
            all.addAll(read);
            read = log.read(read.getLast().place(), settled, 100_000);
        }
        return all;
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

    private List<ConsumerRecord<String, byte[]>> consume(int different) {
        List<ConsumerRecord<String, byte[]>> records = KafkaTopic.read(topic, KafkaPublisherTest::id, different);
        assertThat(records.stream().map(event -> id(event.value())).distinct()).hasSize(different);
        return records;
    }

    private void awaitAnotherPublication() {
        long before = publishedPlace();
        await().atMost(Duration.ofSeconds(90)).until(() -> publishedPlace() > before);
    }

    private long publishedPlace() {
        return KafkaPublisher.publishedPlace(writer.bean(JdbcClient.class), topic);
    }

    private void startPublisher() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                TestProcesses.java(),
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
    private FeedNode startPublisherHere(String... settings) {
        FeedNode publisher = FeedNode.start(publisherSettings(settings));
        publishersHere.add(publisher);
        return publisher;
    }

    private String[] publisherSettings(String... more) {
        List<String> settings = new ArrayList<>(List.of(settings()));
        if (Arrays.stream(more).noneMatch(setting -> setting.startsWith(BROKER))) {
            settings.add(BROKER + TestBackends.kafkaBootstrapServers());
        }
        settings.add("--patients.kafka.topic=" + topic);
        settings.add("--patients.kafka.partitions=3");
        settings.addAll(List.of(more));
        return settings.toArray(String[]::new);
    }

    private String[] settings() {
        return FeedNode.settings(
                database,
                folder.resolve(database.jdbcUrl().replaceFirst(".*/([a-z_0-9]+).*", "$1.json")),
                "--spring.datasource.hikari.maximum-pool-size=8");
    }
}
