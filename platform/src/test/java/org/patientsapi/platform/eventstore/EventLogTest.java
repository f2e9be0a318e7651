package org.patientsapi.platform.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.patientsapi.api.MedicalSummary;
import org.patientsapi.api.MedicalSummary.Allergy;
import org.patientsapi.api.PatientEvent.MedicalSummaryChanged;
import org.patientsapi.api.PatientEvent.StatusChanged;
import org.patientsapi.testbackends.TestBackends;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

@Timeout(60)
class EventLogTest {

    @TempDir
    static Path folder;

    private static Node node;
    private static EventLog log;

    @BeforeAll
    static void start() {
        node = Node.start(
                TestBackends.freshDatabase(),
                folder.resolve("vault.json"),
                // So that the writers' transactions overlap, rather than wait for a connection.
                "spring.datasource.hikari.maximum-pool-size=24");
        log = node.bean(EventLog.class);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void what_is_committed_while_nobody_else_writes_is_settled_at_once() {
        long before = log.settled();
        String id = registered();

        List<LoggedEvent> read = log.read(before, log.settled(), 10);

        assertThat(read).singleElement().satisfies(event -> {
            assertThat(event.patientId()).isEqualTo(id);
            assertThat(event.version()).isEqualTo(1);
            assertThat(event.event()).isEqualTo(Samples.register(id).event());
        });
        assertThat(log.isBehind()).isFalse();
    }

    @Test
    void large_events_are_read_a_few_at_a_time() {
        long before = log.settled();
        String id = registered();
        MedicalSummary large =
                new MedicalSummary(List.of(), List.of(new Allergy("a".repeat(250_000), null, null)), List.of());
        node.inTransaction(() -> {
            node.bean(PatientEventStorageEngine.class)
                    .appendEvents(IntStream.rangeClosed(1, 40)
                            .mapToObj(version -> new GenericDomainEventMessage<>(
                                    "Patient", id, version, new MedicalSummaryChanged(id, large)))
                            .toList());
            return null;
        });
        long settled = log.settled();

        List<Long> versions = new ArrayList<>();
        List<LoggedEvent> read = log.read(before, settled, 1000);
        while (!read.isEmpty()) {
            assertThat(read).hasSizeLessThan(20);
            read.forEach(event -> versions.add(event.version()));
            read = log.read(read.getLast().place(), settled, 1000);
        }

        assertThat(versions)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 41).boxed().toList());
    }

    @Test
    void whoever_waits_is_told_of_a_commit_and_nobody_is_told_of_none() throws InterruptedException {
        EventLogTail tail = node.bean(EventLogTail.class);
        long before = tail.refresh();
        assertThat(tail.awaitBeyond(before, Duration.ofMillis(50))).isFalse();

        CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(EventLogTest::registered);

        assertThat(tail.awaitBeyond(before, Duration.ofSeconds(4)))
                .as("sooner than by polling")
                .isTrue();
        assertThat(tail.settled()).isGreaterThan(before);
    }

    @Test
    void the_tail_goes_on_after_an_error() throws Exception {
        AtomicBoolean failed = new AtomicBoolean();
        SettledOrder order = new SettledOrder(
                JdbcClient.create(new DelegatingDataSource(node.bean(DataSource.class)) {
                    @Override
                    public Connection getConnection() throws SQLException {
                        if (failed.compareAndSet(false, true)) {
                            throw new AssertionError("once");
                        }
                        return super.getConnection();
                    }
                }),
                "domain_event",
                "global_index",
                "domain_event_global_index_seq");
        node.send(Samples.register(Samples.patientId()));
        EventLogTail tail = new EventLogTail(
                new EventLog(node.bean(PatientEventStorageEngine.class), order), Duration.ofMillis(50));
        tail.start();

        assertThat(tail.awaitBeyond(0, Duration.ofSeconds(4))).isTrue();
        tail.stop();
        assertThat(failed).isTrue();
    }

    @Test
    void those_who_come_while_somebody_asks_a_database_that_is_away_wait_for_one_more_answer_among_them()
            throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch answered = new CountDownLatch(1);
        SettledOrder order = new SettledOrder(
                JdbcClient.create(new DelegatingDataSource(node.bean(DataSource.class)) {
                    @Override
                    public Connection getConnection() throws SQLException {
                        asked.incrementAndGet();
                        awaitLatch(answered);
                        throw new SQLException("away");
                    }
                }),
                "domain_event",
                "global_index",
                "domain_event_global_index_seq");
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> readers = Stream.generate(
                        () -> Thread.ofPlatform().unstarted(() -> failures.add(catchThrowable(order::place))))
                .limit(10)
                .toList();
        readers.getFirst().start();
        await().until(() -> asked.get() == 1);
        readers.subList(1, 10).forEach(Thread::start);
        await().until(() -> readers.subList(1, 10).stream().allMatch(EventLogTest::waits));

        answered.countDown();
        for (Thread reader : readers) {
            reader.join();
        }

        assertThat(failures).hasSize(10).hasOnlyElementsOfType(DataAccessException.class);
        assertThat(asked).hasValue(2);
    }

    private static boolean waits(Thread thread) {
        return thread.getState() == Thread.State.BLOCKED || thread.getState() == Thread.State.WAITING;
    }

    @Test
    void a_place_that_was_never_given_out_is_none_of_this_log() {
        registered();

        assertThat(log.knows(log.settled())).isTrue();
        assertThat(log.knows(log.settled() + 1_000)).isFalse();
    }

    @Test
    void nothing_behind_an_open_transaction_is_settled_and_a_rolled_back_one_holds_up_nobody() throws Exception {
        String open = registered();
        String quick = registered();
        long before = log.settled();
        CountDownLatch appended = new CountDownLatch(1);
        CountDownLatch rollBack = new CountDownLatch(1);
        CompletableFuture<Void> transaction = CompletableFuture.runAsync(() -> node.inTransaction(() -> {
            append(open);
            appended.countDown();
            awaitLatch(rollBack);
            throw new IllegalStateException("rolled back");
        }));
        awaitLatch(appended);
        append(quick);

        assertThat(log.settled()).isEqualTo(before);
        assertThat(log.isBehind()).isTrue();

        rollBack.countDown();
        assertThat(transaction.handle((none, failure) -> failure)).isNotNull();
        await().atMost(Duration.ofSeconds(5)).until(() -> log.settled() >= before + 2);
        assertThat(log.read(before, log.settled(), 10))
                .extracting(LoggedEvent::patientId)
                .containsExactly(quick);
    }

    /** PostgreSQL: the value of a sequence is not safe from a crash before a transaction that used it has committed. */
    @Test
    void a_place_that_a_crash_may_give_out_again_is_not_settled() {
        String id = registered();
        long before = log.settled();
        Throwable rolledBack = catchThrowable(() -> node.inTransaction(() -> {
            append(id);
            throw new IllegalStateException("rolled back");
        }));

        assertThat(rolledBack).hasMessage("rolled back");
        assertThat(log.settled()).isEqualTo(before);
    }

    @Test
    void a_transaction_that_writes_elsewhere_holds_up_nobody() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch commit = new CountDownLatch(1);
        CompletableFuture<Void> elsewhere = CompletableFuture.runAsync(() -> node.inTransaction(() -> {
            node.sql().sql("delete from idempotency_record").update();
            writing.countDown();
            awaitLatch(commit);
            return null;
        }));
        awaitLatch(writing);
        long before = log.settled();

        registered();

        await().atMost(Duration.ofSeconds(2)).until(() -> log.settled() == before + 1);
        commit.countDown();
        elsewhere.join();
    }

    @Test
    void readers_that_follow_sixteen_writers_see_every_event_once_and_in_one_order() throws Exception {
        int writers = 16;
        int each = 20;
        long start = log.settled();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writing = IntStream.range(0, writers)
                    .<Future<?>>mapToObj(n -> threads.submit(() -> write(each)))
                    .toList();
            List<Future<List<Long>>> reading = IntStream.range(0, 4)
                    .mapToObj(n -> threads.submit(() -> follow(start, writers * each)))
                    .toList();
            for (Future<?> writer : writing) {
                writer.get();
            }
            List<Long> all = node.sql()
                    .sql("select global_index from domain_event where global_index > ? order by global_index")
                    .param(start)
                    .query(Long.class)
                    .list();
            assertThat(all).hasSize(writers * each);
            for (Future<List<Long>> reader : reading) {
                assertThat(reader.get()).isEqualTo(all);
            }
        }
    }

    /** Transactions of different lengths, some of them rolled back. */
    private static void write(int commits) {
        for (int i = 0; i < commits; i++) {
            String id = Samples.patientId();
            node.inTransaction(() -> {
                node.send(Samples.register(id));
                pause(20);
                return null;
            });
            if (i % 5 == 0) {
                try {
                    node.inTransaction(() -> {
                        append(id);
                        throw new IllegalStateException("rolled back");
                    });
                } catch (IllegalStateException expected) {
                    // A hole in the places.
                }
            }
        }
    }

    private static List<Long> follow(long start, int expected) {
        List<Long> places = new ArrayList<>();
        long after = start;
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (places.size() < expected && System.nanoTime() < end) {
            List<LoggedEvent> read = log.read(after, log.settled(), 50);
            for (LoggedEvent event : read) {
                places.add(event.place());
                after = event.place();
            }
            if (read.isEmpty()) {
                pause(5);
            }
        }
        return places;
    }

    private static String registered() {
        String id = Samples.patientId();
        node.send(Samples.register(id));
        return id;
    }

    private static void append(String id) {
        node.bean(PatientEventStorageEngine.class)
                .appendEvents(
                        List.of(new GenericDomainEventMessage<>("Patient", id, 1, new StatusChanged(id, "inactive"))));
    }

    private static void pause(int atMostMillis) {
        try {
            TimeUnit.MICROSECONDS.sleep(ThreadLocalRandom.current().nextInt(1000 * atMostMillis));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
