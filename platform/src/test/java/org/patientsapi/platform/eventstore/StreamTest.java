package org.patientsapi.platform.eventstore;

import static java.util.concurrent.CompletableFuture.delayedExecutor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.MetaData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.patientsapi.api.PatientEvent.StatusChanged;
import org.patientsapi.testbackends.TestBackends;
import org.patientsapi.testbackends.TestDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Two nodes on one database, whose polling is so rare that only being told brings an event in time. */
@Timeout(60)
class StreamTest {

    private static final String POLLING_TOO_LATE = "patients.poll-every=60s";
    private static final Duration SOON = Duration.ofSeconds(2);

    @TempDir
    static Path folder;

    private static TestDatabase database;
    private static Node here;
    private static Node there;

    @BeforeAll
    static void start() {
        database = TestBackends.freshDatabase();
        here = Node.start(database, folder.resolve("vault.json"), POLLING_TOO_LATE);
        there = Node.start(database, folder.resolve("vault.json"), POLLING_TOO_LATE);
    }

    @AfterAll
    static void stop() {
        here.close();
        there.close();
    }

    /**
     * @param places that are given out meanwhile; to nobody, which costs a reader no less than if there were events
     * @param behind is the clock of the node that appends what is read first
     */
    @ParameterizedTest
    @CsvSource({"0, PT0S", "20000, PT0S", "0, PT5M"})
    void a_transaction_that_commits_late_is_not_skipped(int places, Duration behind) throws Exception {
        String late = registered();
        String early = registered();
        try (BlockingStream<TrackedEventMessage<?>> stream = streamFromNow(here)) {
            CountDownLatch appended = new CountDownLatch(1);
            CountDownLatch commit = new CountDownLatch(1);
            CompletableFuture<Void> lateCommit = CompletableFuture.runAsync(() -> here.inTransaction(() -> {
                append(late, Instant.now());
                appended.countDown();
                awaitLatch(commit);
                return null;
            }));
            awaitLatch(appended);
            giveOut(places);
            append(early, Instant.now().minus(behind));
            here.bean(PatientEventStore.class).wakeUp();
            assertThat(nextPatient(stream)).isEqualTo(early);

            commit.countDown();
            lateCommit.join();
            here.bean(PatientEventStore.class).wakeUp();

            assertThat(nextPatient(stream)).isEqualTo(late);
            registered();
            GapAwareTrackingToken token =
                    (GapAwareTrackingToken) stream.nextAvailable().trackingToken();
            assertThat(stream.peek()).isEmpty();
            assertThat(token.hasGaps())
                    .as("what is settled is not asked for again")
                    .isFalse();
        }
    }

    @Test
    void what_one_node_commits_another_nodes_stream_delivers_at_once() throws Exception {
        try (BlockingStream<TrackedEventMessage<?>> stream = streamFromNow(there)) {
            String id = registered();

            assertThat(nextPatient(stream)).isEqualTo(id);
        }
    }

    /** A place that is never filled is a gap for a minute or longer, to each reader until it looks again whether it is. */
    @Test
    void where_another_node_stopped_a_stream_goes_on_and_is_told_at_once_though_that_node_knows_other_gaps()
            throws Exception {
        GapAwareTrackingToken withGap;
        try (BlockingStream<TrackedEventMessage<?>> stream = streamFromNow(there)) {
            assertThatThrownBy(() -> here.inTransaction(() -> {
                        append(registered(), Instant.now());
                        throw new IllegalStateException("rolled back");
                    }))
                    .hasMessage("rolled back");
            registered();
            assertThat(stream.hasNextAvailable((int) SOON.toMillis(), TimeUnit.MILLISECONDS))
                    .isTrue();
            withGap = (GapAwareTrackingToken) stream.nextAvailable().trackingToken();
        }
        assertThat(withGap.hasGaps()).isTrue();

        TrackingToken withoutGap = GapAwareTrackingToken.newInstance(withGap.getIndex(), Set.of());
        try (BlockingStream<TrackedEventMessage<?>> stream =
                there.bean(PatientEventStore.class).openStream(withoutGap)) {
            assertThat(stream.hasNextAvailable(300, TimeUnit.MILLISECONDS)).isFalse();
            CompletableFuture<String> whileItWaits =
                    CompletableFuture.supplyAsync(StreamTest::registered, delayedExecutor(300, TimeUnit.MILLISECONDS));

            assertThat(nextPatient(stream)).isEqualTo(whileItWaits.join());
        }
    }

    @Test
    void a_node_whose_listening_connection_was_cut_listens_again() throws Exception {
        try (BlockingStream<TrackedEventMessage<?>> stream = streamFromNow(there)) {
            List<Integer> before = listeners();
            there.sql()
                    .sql("select pg_terminate_backend(pid) from pg_stat_activity"
                            + " where application_name in ('patients-listen', 'patients-notify')"
                            + " and datname = current_database()")
                    .query(Boolean.class)
                    .list();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> listeners().size() == before.size()
                            && listeners().stream().noneMatch(before::contains));

            String id = registered();

            assertThat(nextPatient(stream)).isEqualTo(id);
        }
    }

    /** 100 MB of them: each may be as large as a request, and several processors replay at a time. */
    @Test
    void of_many_large_events_few_are_held_at_a_time() {
        PatientEventStorageEngine engine = here.bean(PatientEventStorageEngine.class);
        TrackingToken head = engine.createHeadToken();
        String id = registered();
        engine.appendEvents(LongStream.rangeClosed(1, 400)
                .mapToObj(sequence -> new GenericDomainEventMessage<>(
                        "Patient", id, sequence, new StatusChanged(id, "x".repeat(250_000))))
                .toList());
        long before = usedMemory();

        Iterator<?> events = engine.readEvents(head, false).iterator();
        events.next();

        assertThat(usedMemory() - before).isLessThan(75_000_000);
        assertThat(events.hasNext()).isTrue();
    }

    /** As an operator leaves who moves the sequence on. A token per event with all its places would not fit into memory. */
    @Test
    void a_hole_is_carried_along_by_the_first_event_behind_it_only() {
        PatientEventStorageEngine engine = here.bean(PatientEventStorageEngine.class);
        TrackingToken head = engine.createHeadToken();
        giveOut(200_000);
        String id = registered();
        engine.appendEvents(LongStream.range(1, 300)
                .mapToObj(sequence ->
                        new GenericDomainEventMessage<>("Patient", id, sequence, new StatusChanged(id, "inactive")))
                .toList());

        List<Integer> gaps = engine.readEvents(head, false)
                .map(event -> ((GapAwareTrackingToken) event.trackingToken())
                        .getGaps()
                        .size())
                .toList();

        assertThat(gaps).hasSize(300).startsWith(200_000);
        assertThat(gaps.stream().skip(1)).containsOnly(0);
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void a_thread_that_listens_or_tells_goes_on_after_an_error() {
        AtomicInteger attempts = new AtomicInteger();
        ConnectedThread thread = new ConnectedThread("test", here.bean(DataSource.class), connection -> {
            if (attempts.incrementAndGet() == 1) {
                throw new AssertionError("once");
            }
        });
        thread.start();

        await().atMost(Duration.ofSeconds(10)).until(() -> attempts.get() > 1);
        thread.stop();
    }

    @Test
    void when_a_command_returns_its_node_knows_the_version_that_must_be_visible_and_others_soon_do() {
        String id = registered();
        assertThat(here.bean(RecentCommits.class).versionOf(id)).hasValue(1);

        here.send(new NotedPatient.ChangePhone(id, "+919812345671"));

        assertThat(here.bean(RecentCommits.class).versionOf(id)).hasValue(2);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(there.bean(RecentCommits.class).versionOf(id))
                        .hasValue(2));
    }

    /** Of two nodes the one that was first may be heard last; and of somebody who was erased nothing is newer. */
    @Test
    void what_is_heard_late_makes_nobody_forget_what_is_newer() {
        RecentCommits recent = new RecentCommits();
        recent.committed("asha", 3);
        recent.committed("asha", 2);
        recent.committed("ravi", RecentCommits.ERASED);
        recent.committed("ravi", 7);

        assertThat(recent.versionOf("asha")).hasValue(3);
        assertThat(recent.isErased("ravi")).isTrue();
    }

    @Test
    void within_a_wider_transaction_nobody_is_told_before_that_one_commits() {
        String id = Samples.patientId();
        RecentCommits recent = here.bean(RecentCommits.class);

        here.inTransaction(() -> {
            here.send(Samples.register(id));
            assertThat(recent.versionOf(id)).isEmpty();
            return null;
        });
        assertThat(recent.versionOf(id)).hasValue(1);

        String never = Samples.patientId();
        assertThatThrownBy(() -> here.inTransaction(() -> {
                    here.send(Samples.register(never));
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");
        assertThat(recent.versionOf(never)).isEmpty();
        assertThat(here.bean(PatientHistory.class).of(never)).isEmpty();
    }

    private static String registered() {
        String id = Samples.patientId();
        here.send(Samples.register(id));
        return id;
    }

    private static void giveOut(int places) {
        JdbcClient.create(new DriverManagerDataSource(
                        database.jdbcUrl(),
                        database.owner().user(),
                        database.owner().password()))
                .sql("select count(nextval('domain_event_global_index_seq')) from generate_series(1, ?)")
                .param(places)
                .query(Long.class)
                .single();
    }

    private static void append(String id, Instant at) {
        DomainEventMessage<?> event = new GenericDomainEventMessage<>(
                "Patient",
                id,
                1,
                new StatusChanged(id, "inactive"),
                MetaData.emptyInstance(),
                UUID.randomUUID().toString(),
                at);
        here.bean(PatientEventStorageEngine.class).appendEvents(List.of(event));
    }

    /** A stream that has read everything there is and waits. */
    private static BlockingStream<TrackedEventMessage<?>> streamFromNow(Node node) throws InterruptedException {
        PatientEventStore store = node.bean(PatientEventStore.class);
        BlockingStream<TrackedEventMessage<?>> stream = store.openStream(store.createHeadToken());
        // Waits once, so that the thread that polls for all streams goes to sleep.
        assertThat(stream.hasNextAvailable(300, TimeUnit.MILLISECONDS)).isFalse();
        return stream;
    }

    private static String nextPatient(BlockingStream<TrackedEventMessage<?>> stream) throws InterruptedException {
        assertThat(stream.hasNextAvailable((int) SOON.toMillis(), TimeUnit.MILLISECONDS))
                .as("an event within " + SOON)
                .isTrue();
        return ((DomainEventMessage<?>) stream.nextAvailable()).getAggregateIdentifier();
    }

    private static List<Integer> listeners() {
        return there.sql()
                .sql("select pid from pg_stat_activity where application_name = 'patients-listen'"
                        + " and datname = current_database() and query ilike 'listen%' and state = 'idle'")
                .query(Integer.class)
                .list();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
