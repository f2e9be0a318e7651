package org.patientsapi.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.Refresh;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.search.ShardProfile;
import co.elastic.clients.json.jackson.Jackson3JsonpMapper;
import co.elastic.clients.transport.ElasticsearchTransportBase;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import com.github.f4b6a3.uuid.UuidCreator;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.StreamingEventProcessor;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.patientsapi.api.BranchScope;
import org.patientsapi.api.Contact;
import org.patientsapi.api.Demographics;
import org.patientsapi.api.Identifiers;
import org.patientsapi.api.MedicalSummary;
import org.patientsapi.api.MedicalSummary.Allergy;
import org.patientsapi.api.PatientEvent.ContactChanged;
import org.patientsapi.api.PatientEvent.PatientErased;
import org.patientsapi.api.PatientEvent.PatientRegistered;
import org.patientsapi.api.PatientEvent.StatusChanged;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.PatientQuery.Paging;
import org.patientsapi.api.PatientQuery.ReadAudit;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.platform.audit.AccessHistory;
import org.patientsapi.platform.database.AdvisoryLock;
import org.patientsapi.platform.erasure.Erasures;
import org.patientsapi.platform.eventstore.PatientEventStore;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.patientsapi.platform.vault.PatientKeys;
import org.patientsapi.query.IndexRun.Kind;
import org.patientsapi.query.IndexRun.Tally;
import org.patientsapi.query.PatientIndex.Criteria;
import org.patientsapi.query.PatientIndex.Into;
import org.patientsapi.testbackends.TestProcesses;
import org.patientsapi.values.ErasureReason;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;
import org.springframework.scheduling.config.CronTask;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.StringUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What no call to the API brings about, in a node that does nothing by itself. */
class QueryNodeTest {

    private static ConfigurableApplicationContext node;

    @BeforeAll
    static void start() throws IOException {
        node = QueryNode.start();
        projection().shutDown();
        node.getBean(IndexKeeper.class).stop();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static StreamingEventProcessor projection() {
        return node.getBean(EventProcessingConfiguration.class)
                .eventProcessor(PatientProjector.PROCESSOR, StreamingEventProcessor.class)
                .orElseThrow();
    }

    @Test
    void a_backlog_is_projected_a_few_patients_at_a_time() {
        int backlog = 450;
        transaction().executeWithoutResult(status -> IntStream.range(0, backlog).forEach(i -> stored()));
        MeterRegistry metrics = node.getBean(MeterRegistry.class);
        Timer batches = metrics.get("patients.projection.batch").timer();
        Counter events = metrics.get("patients.projection.events").counter();
        long batchesBefore = batches.count();
        double eventsBefore = events.count();

        projection().start();
        await().untilAsserted(() -> assertThat(events.count() - eventsBefore).isGreaterThanOrEqualTo(backlog));
        projection().shutDown();

        assertThat((events.count() - eventsBefore) / (batches.count() - batchesBefore))
                .isLessThanOrEqualTo(200);
    }

    /** A batch may end between the two events of one command; half of what that changed was never true. */
    @Test
    void nobody_is_projected_as_half_a_command_has_left_them() {
        PatientProfile patient = stored();
        PatientIndex index = node.getBean(PatientIndex.class);
        index.write(List.of(PatientDocument.of(patient)), Into.LIVE);
        PatientEventStore events = node.getBean(PatientEventStore.class);
        transaction()
                .executeWithoutResult(status -> events.publish(
                        new GenericDomainEventMessage<>(
                                "patient",
                                patient.id(),
                                1,
                                new ContactChanged(patient.id(), new Contact("+919812345671", null, null))),
                        new GenericDomainEventMessage<>(
                                "patient", patient.id(), 2, new StatusChanged(patient.id(), "deceased"))));
        DomainEventMessage<?> first = events.readEvents(patient.id(), 1).next();

        transaction().executeWithoutResult(status -> {
            UnitOfWork<?> batch = DefaultUnitOfWork.startAndGet(first);
            node.getBean(PatientProjector.class).on(first, batch);
            batch.commit();
        });

        PatientProfile projected = index.find(patient.id()).orElseThrow();
        assertThat(projected.contact().phone()).isEqualTo("+919812345671");
        assertThat(projected.status()).isEqualTo("deceased");
        assertThat(projected.version()).isEqualTo(3);
    }

    @Test
    void patients_of_more_bytes_than_the_engine_takes_or_answers_at_once_are_written_and_read() {
        PatientIndex index = node.getBean(PatientIndex.class);
        // 100 MB is the most of a request, and of an answer.
        MedicalSummary much = new MedicalSummary(
                List.of(), Collections.nCopies(100, new Allergy("पराग", "श".repeat(1200), null)), List.of());
        List<PatientDocument> patients =
                Stream.generate(() -> patient(much)).limit(300).toList();

        assertThat(index.write(patients, Into.LIVE)).isEmpty();

        assertThat(index.find(patients.stream().map(PatientDocument::id).toList()))
                .hasSize(300);
    }

    /** It would look at all again if it did not know the list's order for its own. */
    @Test
    void of_a_list_the_engine_looks_at_the_newest_only() throws IOException {
        int patients = 300;
        PatientIndex index = node.getBean(PatientIndex.class);
        index.write(
                Stream.generate(() -> patient(MedicalSummary.NONE))
                        .limit(patients)
                        .toList(),
                Into.LIVE);
        ElasticsearchClient engine = node.getBean(ElasticsearchClient.class);
        engine.indices().refresh(refresh -> refresh.index(PatientIndex.PATIENTS));
        SearchRequest list = PatientIndex.request(new Criteria("everybody", null, null, null, null))
                .size(1)
                .profile(true)
                .build();

        List<ShardProfile> profile = Objects.requireNonNull(
                        engine.search(list, Void.class).profile())
                .shards();

        assertThat(profile.stream()
                        .flatMap(shard -> shard.searches().stream())
                        .flatMap(search -> search.query().stream())
                        .mapToLong(query -> query.breakdown().nextDocCount())
                        .sum())
                .isPositive()
                .isLessThan(patients / 3);
    }

    /** Whoever changes a document, or copies an index, loses what lists read. */
    @Test
    void a_page_is_refused_rather_than_shown_without_a_patient_who_cannot_be_listed() throws IOException {
        ElasticsearchClient engine = node.getBean(ElasticsearchClient.class);
        Criteria ofBranch = new Criteria("of-branch", null, "XYZ", null, null);
        String id = UUID.randomUUID().toString();
        engine.index(index -> index.index(PatientIndex.PATIENTS)
                .id(id)
                .refresh(Refresh.True)
                .document(Map.of("id", id, "branch_id", "XYZ", "list_order", ListOrder.of(0, id))));
        PatientIndex index = node.getBean(PatientIndex.class);

        assertThatThrownBy(() -> index.list(ofBranch, 0, 20, null, PatientIndex.deadline()))
                .isInstanceOf(StoreUnavailable.class);

        engine.delete(delete -> delete.index(PatientIndex.PATIENTS).id(id).refresh(Refresh.True));
    }

    /** During an update nodes of two versions read what either has written. */
    @Test
    void a_patient_of_whom_lists_are_to_tell_more_in_a_later_version_is_listed() throws IOException {
        Page<ListedPatient> page = listed("""
                {"id": "x", "name": "Asha", "gender": "female", "patient_id": "P1", "blood_group": "O+"}""");

        assertThat(page.entries()).extracting(ListedPatient::name).containsExactly("Asha");
    }

    @Test
    void a_page_is_refused_too_where_what_lists_read_cannot_be_read() {
        assertThatThrownBy(() -> listed("{\"id\": 1, \"name\": {"))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageNotContaining("name");
    }

    private static Page<ListedPatient> listed(String column) throws IOException {
        ElasticsearchClient engine = node.getBean(ElasticsearchClient.class);
        String id = UUID.randomUUID().toString();
        engine.index(index -> index.index(PatientIndex.PATIENTS)
                .id(id)
                .refresh(Refresh.True)
                .document(Map.of(
                        "id",
                        id,
                        "branch_id",
                        id,
                        "list_order",
                        ListOrder.of(0, id),
                        "listed",
                        Base64.getEncoder().encodeToString(column.getBytes(StandardCharsets.UTF_8)))));
        try {
            return node.getBean(PatientIndex.class)
                    .list(new Criteria(id, null, id, null, null), 0, 20, null, PatientIndex.deadline());
        } finally {
            engine.delete(delete -> delete.index(PatientIndex.PATIENTS).id(id).refresh(Refresh.True));
        }
    }

    @Test
    void a_document_for_two_generations_is_made_once() {
        IndexGenerations generations = node.getBean(IndexGenerations.class);
        generations.dropAllBut(generations.live().orElseThrow());
        int next = generations.createNext(0);
        AtomicInteger made = new AtomicInteger();
        JsonMapper json = new JsonMapper(node.getBean(JsonMapper.class).rebuild()) {
            @Override
            public byte[] writeValueAsBytes(Object document) {
                if (document instanceof PatientDocument) {
                    made.incrementAndGet();
                }
                return super.writeValueAsBytes(document);
            }
        };
        ElasticsearchClient client = node.getBean(ElasticsearchClient.class);
        PatientIndex index = new PatientIndex(client, new ElasticsearchAsyncClient(client._transport()), json);
        PatientDocument patient = patient(MedicalSummary.NONE);

        assertThat(index.write(List.of(patient), Into.LIVE_AND_NEXT)).isEmpty();

        assertThat(made).hasValue(1);
        assertThat(index.find(List.of(patient.id()))).hasSize(1);
        generations.publish(next);
        assertThat(index.find(List.of(patient.id()))).hasSize(1);
        generations.dropAllBut(next);
    }

    @Test
    void a_page_past_the_end_counts_nobody_whom_it_leaves_out() {
        PatientIndex index = node.getBean(PatientIndex.class);
        index.write(List.of(patient(MedicalSummary.NONE)), Into.LIVE);
        Criteria everybody = new Criteria("everybody", null, null, null, null);

        Page<ListedPatient> past = index.list(everybody, PatientIndex.WINDOW - 1, 1, null, PatientIndex.deadline());

        assertThat(past.entries()).isEmpty();
        assertThat(past.total()).isLessThan(PatientIndex.WINDOW - 1);
    }

    /** Each has all visits that there were by then: of a long history together more than a node has memory for. */
    @Test
    void the_audit_lets_go_of_the_states_that_a_patient_was_in_while_it_tells_them() {
        String id = stored().id();
        transaction()
                .executeWithoutResult(status -> LongStream.range(1, 100)
                        .forEach(version -> node.getBean(PatientEventStore.class)
                                .publish(new GenericDomainEventMessage<>(
                                        "patient",
                                        id,
                                        version,
                                        new ContactChanged(
                                                id, new Contact("+919800000" + (version + 100), null, null))))));
        Queue<WeakReference<Object>> states = new ConcurrentLinkedQueue<>();
        AtomicLong kept = new AtomicLong();
        JsonMapper json = new JsonMapper(node.getBean(JsonMapper.class).rebuild()) {
            @Override
            public <T extends JsonNode> T valueToTree(Object state) {
                if (states.size() == 150) {
                    System.gc();
                    kept.set(states.stream()
                            .map(WeakReference::get)
                            .filter(Objects::nonNull)
                            .distinct()
                            .count());
                }
                states.add(new WeakReference<>(state));
                return super.valueToTree(state);
            }
        };
        PatientAudit audit = new PatientAudit(
                node.getBean(PatientHistory.class),
                node.getBean(AccessHistory.class),
                node.getBean(Erasures.class),
                json);

        Page<AuditEntry> page =
                audit.entries(new ReadAudit(id, null, null, null, "write", new Paging(1, 100, null), BranchScope.ALL));

        assertThat(page.entries())
                .extracting(AuditEntry::version)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 100)
                        .mapToObj(version -> 101 - version)
                        .toList());
        assertThat(states).hasSizeGreaterThan(190);
        assertThat(kept).hasValueLessThanOrEqualTo(2);
    }

    @Test
    void whoever_is_parked_while_a_retry_is_at_work_stays_parked() {
        ParkedPatients parked = node.getBean(ParkedPatients.class);
        String id = stored().id();
        parked.park(id, "an event");

        CompletableFuture<Void> again = Objects.requireNonNull(transaction().execute(retrying -> {
            parked.hold(id);
            CompletableFuture<Void> parking = CompletableFuture.runAsync(() -> parked.park(id, "the next event"));
            assertThatThrownBy(() -> parking.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            assertThat(parked.retry(id)).isTrue();
            return parking;
        }));
        again.join();

        assertThat(parked.isParked(id)).isTrue();
        assertThat(parked.retry(id)).isTrue();
    }

    @Test
    void all_parked_patients_who_are_due_are_tried_again_before_a_run() {
        parkedAndDue(250);
        ParkedPatients parked = node.getBean(ParkedPatients.class);
        IndexRuns runs = node.getBean(IndexRuns.class);
        AtomicLong parkedThen = new AtomicLong(-1);
        DriftCheck check = new DriftCheck(null, null, null, null, null, null) {
            @Override
            void run(IndexRun run) {
                parkedThen.compareAndSet(-1, parked.count());
                runs.finish(run);
            }
        };
        IndexKeeper keeper = keeper(
                node.getBean(DataSource.class), node.getBean(IndexGenerations.class), check, Duration.ofSeconds(5));
        runs.ask(Kind.CHECK, "asked_for");
        keeper.start();
        try {
            await().untilAsserted(() -> assertThat(parkedThen).hasValue(0));
        } finally {
            keeper.stop();
        }
    }

    @Test
    void a_patient_who_becomes_due_during_a_run_is_tried_again_before_its_next_stretch() throws Exception {
        stored();
        stored();
        ParkedPatients parked = node.getBean(ParkedPatients.class);
        IndexRuns runs = node.getBean(IndexRuns.class);
        PatientWalk walk = new PatientWalk(node.getBean(PatientHistory.class), runs, parked, 1, 1);
        AtomicInteger stretches = new AtomicInteger();
        AtomicLong parkedThen = new AtomicLong(-1);
        IndexRun run = runs.start(runs.ask(Kind.CHECK, "asked_for"), 2);

        walk.go(run, stretch -> {
            if (stretches.getAndIncrement() == 0) {
                parkedAndDue(1);
            } else {
                parkedThen.compareAndSet(-1, parked.count());
            }
            return new Tally(1, 0, 0, 0, 0, 0, 0, 0);
        });

        runs.finish(run);
        assertThat(parkedThen).hasValue(0);
    }

    @Test
    void a_live_index_that_takes_nothing_does_not_stop_a_run() throws Exception {
        List<String> waiting = storedParkedAndDue(2);
        IndexRuns runs = node.getBean(IndexRuns.class);
        ParkedPatients parked = parkedBefore(
                index(id -> {
                    throw EngineCalls.away();
                }),
                Clock.systemUTC());
        PatientWalk walk = new PatientWalk(node.getBean(PatientHistory.class), runs, parked, 1, 1);
        AtomicInteger stretches = new AtomicInteger();
        IndexRun run = runs.start(runs.ask(Kind.CHECK, "asked_for"), 2);

        walk.go(run, stretch -> {
            stretches.getAndIncrement();
            return new Tally(1, 0, 0, 0, 0, 0, 0, 0);
        });

        runs.finish(run);
        assertThat(stretches).hasValueGreaterThan(waiting.size());
        letGo(waiting);
    }

    @Test
    void a_patient_whom_the_engine_does_not_take_at_the_moment_keeps_no_other_from_being_tried() {
        List<String> waiting = storedParkedAndDue(2);
        List<String> tried = new ArrayList<>();
        ParkedPatients parked = parkedBefore(
                index(id -> {
                    tried.add(id);
                    throw EngineCalls.away();
                }),
                Clock.systemUTC());

        for (int round = 0; round < 2; round++) {
            assertThatThrownBy(parked::retryDue).isInstanceOf(StoreUnavailable.class);
        }

        assertThat(tried).containsExactlyInAnyOrderElementsOf(waiting);
        letGo(waiting);
    }

    /** Or a patient with a damaged event and many new ones would look as if it had just happened, however long nobody looked. */
    @Test
    void somebody_who_is_parked_once_more_has_been_so_since_the_first_time() {
        String id = storedParkedAndDue(1).getFirst();
        ParkedPatients aDayLater =
                parkedBefore(node.getBean(PatientIndex.class), Clock.offset(Clock.systemUTC(), Duration.ofDays(1)));

        aDayLater.park(id, "another event");

        assertThat(aDayLater.list(1000))
                .filteredOn(parked -> parked.patientId().equals(id))
                .singleElement()
                .satisfies(parked -> assertThat(parked.since())
                        .isBefore(OffsetDateTime.now(ZoneOffset.UTC).plusHours(1)));
        letGo(List.of(id));
    }

    @Test
    void a_hundred_parked_patients_who_take_long_are_tried_once_each() {
        List<String> waiting = storedParkedAndDue(100);
        List<String> tried = new ArrayList<>();
        PatientIndex index = index(id -> {
            tried.add(id);
            return tried.size() > 300 ? Set.of() : Set.of(id);
        });
        AtomicLong days = new AtomicLong();
        InstantSource leaping = () -> Instant.now().plus(Duration.ofDays(days.getAndIncrement()));

        parkedBefore(index, leaping.withZone(ZoneOffset.UTC)).retryDue();

        assertThat(tried).containsExactlyInAnyOrderElementsOf(waiting);
        letGo(waiting);
    }

    @Test
    void nobody_is_tried_again_once_that_is_interrupted() {
        List<String> waiting = storedParkedAndDue(2);
        ParkedPatients parked = node.getBean(ParkedPatients.class);

        Thread.currentThread().interrupt();
        parked.retryDue();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(waiting).allMatch(parked::isParked);
        letGo(waiting);
    }

    /** Whatever a node that has slept since before the erasure still writes finds the place taken, in a new index too. */
    @Test
    void whoever_was_erased_has_a_tombstone_in_an_index_that_is_built_afterwards() throws Exception {
        PatientProfile patient = stored();
        transaction().executeWithoutResult(status -> {
            erase(patient);
            node.getBean(PatientEventStore.class)
                    .publish(new GenericDomainEventMessage<>(
                            "patient", patient.id(), 1, new PatientErased(patient.id(), "patient_request")));
        });
        IndexGenerations generations = node.getBean(IndexGenerations.class);
        IndexRuns runs = node.getBean(IndexRuns.class);
        PatientHistory history = node.getBean(PatientHistory.class);
        ParkedPatients parked = node.getBean(ParkedPatients.class);
        PatientWalk overThePatient = new PatientWalk(history, runs, parked, 1, 1) {
            @Override
            void go(IndexRun run, Work work) throws InterruptedException {
                work.on(new Stretch(null, null, List.of(patient.id())));
            }
        };

        new Rebuild(
                        generations,
                        node.getBean(PatientIndex.class),
                        history,
                        parked,
                        runs,
                        overThePatient,
                        node.getBean(ErasedPatients.class))
                .run(runs.start(runs.ask(Kind.REBUILD, "asked_for"), 1));
        generations.dropAllBut(generations.live().orElseThrow());

        assertThat(node.getBean(Tombstones.class).missing(List.of(patient.id())))
                .isEmpty();
    }

    @Test
    void the_files_do_not_count_as_clean_while_there_is_a_generation_beside_the_live_one() throws Exception {
        Erasures erasures = node.getBean(Erasures.class);
        erase(stored());
        node.getBean(IndexGenerations.class).createNext(0);

        node.getBean(ErasedPatients.class).purgeFiles();

        assertThat(erasures.indexPurgeDueSince()).isPresent();
    }

    @Test
    void two_nodes_do_not_rid_the_files_of_the_erased_at_the_same_time() throws Exception {
        IndexGenerations generations = node.getBean(IndexGenerations.class);
        generations.dropAllBut(generations.live().orElseThrow());
        Erasures erasures = node.getBean(Erasures.class);
        erase(stored());
        started().ensureAllHidden();

        AdvisoryLock.INDEX_PURGE.holding(node.getBean(DataSource.class), started()::purgeFiles);

        assertThat(erasures.indexPurgeDueSince()).isPresent();
    }

    @Test
    void the_index_is_looked_after_again_after_an_error() throws Exception {
        AtomicInteger errors = new AtomicInteger();
        DataSource dataSource = new DelegatingDataSource(node.getBean(DataSource.class)) {
            @Override
            public Connection getConnection() throws SQLException {
                if (errors.getAndIncrement() == 0) {
                    throw new StackOverflowError("of a look");
                }
                return super.getConnection();
            }
        };
        IndexGenerations generations = new IndexGenerations(node.getBean(ElasticsearchClient.class), 0) {
            @Override
            OptionalInt live() {
                errors.incrementAndGet();
                throw new StackOverflowError("of a part of one");
            }
        };
        IndexKeeper keeper = keeper(
                dataSource, generations, new DriftCheck(null, null, null, null, null, null), Duration.ofMillis(50));
        keeper.start();
        try {
            await().untilAsserted(() -> assertThat(errors).hasValueGreaterThan(8));
        } finally {
            keeper.stop();
        }
    }

    @Test
    void the_index_is_held_against_the_events_once_a_week_without_anybody_asking() {
        CronTask check = node.getBean(ScheduledAnnotationBeanPostProcessor.class).getScheduledTasks().stream()
                .map(ScheduledTask::getTask)
                .filter(task -> task.toString().endsWith("IndexKeeper.checkRegularly"))
                .map(CronTask.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(check.getExpression()).isEqualTo("0 30 3 * * SUN");

        check.getRunnable().run();

        IndexRuns runs = node.getBean(IndexRuns.class);
        IndexRun asked = runs.latest(Kind.CHECK).orElseThrow();
        assertThat(asked.reason()).isEqualTo("scheduled");
        runs.finish(asked);
    }

    @Test
    void nobody_is_listed_before_all_who_were_erased_are_hidden() {
        ErasedPatients started = started();
        SearchEngineHealth health = new SearchEngineHealth(node.getBean(PatientIndex.class), started);
        assertThatThrownBy(started::requireAllHidden).isInstanceOf(StoreUnavailable.class);
        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);

        started.hideAllWhenTheEngineIsBack();

        assertThatCode(started::requireAllHidden).doesNotThrowAnyException();
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void that_somebody_who_was_erased_long_ago_was_found_in_the_index_is_known_after_a_restart() {
        Erasures erasures = node.getBean(Erasures.class);
        PatientProfile patient = stored();
        erase(patient);
        erasures.indexPurged(Instant.now().plus(Erasures.SEEN_AFTER));
        assertThat(erasures.indexPurgeDueSince()).isEmpty();
        node.getBean(PatientIndex.class).write(List.of(PatientDocument.of(patient)), Into.LIVE);

        started().ensureAllHidden();

        assertThat(erasures.indexPurgeDueSince()).isPresent();
    }

    @Test
    void nothing_of_somebody_found_in_the_index_is_overwritten_before_that_is_noted() {
        Erasures erasures = node.getBean(Erasures.class);
        PatientProfile patient = stored();
        erase(patient);
        erasures.indexPurged(Instant.now().plus(Erasures.SEEN_AFTER));
        node.getBean(PatientIndex.class).write(List.of(PatientDocument.of(patient)), Into.LIVE);
        TransactionTemplate readOnly = transaction();
        readOnly.setReadOnly(true);
        ErasedPatients interrupted = started();
        assertThatThrownBy(() -> readOnly.executeWithoutResult(status -> interrupted.ensureAllHidden()))
                .isInstanceOf(DataAccessException.class);

        started().ensureAllHidden();

        assertThat(erasures.indexPurgeDueSince()).isPresent();
    }

    @Test
    void whoever_was_erased_on_another_node_stands_in_this_ones_journal_soon() {
        PatientProfile patient = stored();
        erase(patient);

        Path journal = Path.of(node.getEnvironment().getRequiredProperty("patients.vault.file"))
                .resolveSibling("erasures.jsonl");
        await().untilAsserted(() -> assertThat(journal).content().contains(patient.id()));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void what_the_end_of_its_keeper_breaks_off_is_no_failure(CapturedOutput log) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ElasticsearchClient client = engineAt(silent.getLocalPort())) {
            IndexKeeper keeper = keeper(
                    node.getBean(DataSource.class),
                    new IndexGenerations(client, 0),
                    new DriftCheck(null, null, null, null, null, null),
                    Duration.ofSeconds(5));
            keeper.start();
            try (Socket asked = silent.accept()) {
                assertThat(asked.getInputStream().read())
                        .as("in the middle of a request")
                        .isNotNegative();
                keeper.stop();
            }
        }

        assertThat(log).doesNotContain("WARN", "ERROR");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void its_keeper_tells_once_that_the_engine_is_away(CapturedOutput log) throws Exception {
        try (ElasticsearchClient client = engineAt(TestProcesses.freePort())) {
            IndexKeeper keeper = keeper(
                    node.getBean(DataSource.class),
                    new IndexGenerations(client, 0),
                    new DriftCheck(null, null, null, null, null, null),
                    Duration.ofMillis(10));
            keeper.start();
            await().until(() -> occurrences("The search engine did not answer", log) >= 10);
            keeper.stop();
        }

        assertThat(occurrences("The index is looked after again when its stores are back", log))
                .isEqualTo(1);
    }

    private static int occurrences(String words, CapturedOutput log) {
        return StringUtils.countOccurrencesOf(log.toString(), words);
    }

    /** What listens there may be no engine, or nobody. */
    private static ElasticsearchClient engineAt(int port) {
        RenewedHttpClient http =
                new RenewedHttpClient(threads -> Rest5Client.builder(List.of(URI.create("http://127.0.0.1:" + port)))
                        .setHttpClientConfigCallback(client -> client.setThreadFactory(threads))
                        .build());
        return new ElasticsearchClient(
                new ElasticsearchTransportBase(http, http.createOptions(null), new Jackson3JsonpMapper()) {});
    }

    private static IndexKeeper keeper(
            DataSource dataSource, IndexGenerations generations, DriftCheck check, Duration pause) {
        return new IndexKeeper(
                dataSource,
                generations,
                node.getBean(PatientKeys.class),
                node.getBean(IndexRuns.class),
                new Rebuild(null, null, null, null, null, null, null),
                check,
                node.getBean(ParkedPatients.class),
                pause,
                Duration.ZERO);
    }

    private static void parkedAndDue(int patients) {
        parkedAndDue(patients, () -> UUID.randomUUID().toString());
    }

    private static List<String> storedParkedAndDue(int patients) {
        return parkedAndDue(patients, () -> stored().id());
    }

    private static List<String> parkedAndDue(int patients, Supplier<String> newId) {
        List<String> ids = Stream.generate(newId).limit(patients).toList();
        ids.forEach(id -> node.getBean(ParkedPatients.class).park(id, "an event"));
        node.getBean(JdbcClient.class)
                .sql("update parked_patient set next_retry_at = now()")
                .update();
        return ids;
    }

    private static void letGo(List<String> patientIds) {
        patientIds.forEach(
                id -> assertThat(node.getBean(ParkedPatients.class).retry(id)).isTrue());
    }

    private static ParkedPatients parkedBefore(PatientIndex index, Clock clock) {
        return new ParkedPatients(
                node.getBean(JdbcClient.class),
                transaction(),
                clock,
                node.getBean(PatientHistory.class),
                index,
                node.getBean(IndexRuns.class));
    }

    /** @param rewrite of the one patient with this id */
    private static PatientIndex index(Function<String, Set<String>> rewrite) {
        ElasticsearchClient client = node.getBean(ElasticsearchClient.class);
        return new PatientIndex(
                client, new ElasticsearchAsyncClient(client._transport()), node.getBean(JsonMapper.class)) {
            @Override
            Set<String> rewrite(Collection<PatientDocument> patients, Into into) {
                return rewrite.apply(patients.iterator().next().id());
            }
        };
    }

    private static ErasedPatients started() {
        return new ErasedPatients(
                node.getBean(Tombstones.class),
                node.getBean(IndexGenerations.class),
                node.getBean(Erasures.class),
                node.getBean(DataSource.class),
                Clock.systemUTC());
    }

    private static void erase(PatientProfile patient) {
        transaction()
                .executeWithoutResult(status -> node.getBean(Erasures.class)
                        .enter(
                                patient,
                                ErasureReason.PATIENT_REQUEST,
                                false,
                                Map.of("client", "admin", "subject", "admin", "request_id", "r-1")));
    }

    private static PatientProfile stored() {
        PatientRegistered patient = registered(MedicalSummary.NONE);
        transaction().executeWithoutResult(status -> {
            node.getBean(PatientKeys.class)
                    .create(patient.patientId(), patient.identifiers().patientId());
            node.getBean(PatientEventStore.class)
                    .publish(new GenericDomainEventMessage<>("patient", patient.patientId(), 0, patient));
        });
        return PatientProfile.after(null, patient, Instant.EPOCH);
    }

    private static PatientDocument patient(MedicalSummary summary) {
        return PatientDocument.of(PatientProfile.after(null, registered(summary), Instant.EPOCH));
    }

    private static PatientRegistered registered(MedicalSummary summary) {
        String id = UuidCreator.getTimeOrderedEpoch().toString();
        return new PatientRegistered(
                id,
                PatientProfile.STANDARD,
                null,
                "BLR",
                "active",
                new Demographics("Asha", "Rao", "1985-03-15", "female", "B+"),
                new Contact("+919812345670", null, null),
                new Identifiers("P" + id.substring(24), null, null, null, false, List.of()),
                summary,
                null);
    }

    private static TransactionTemplate transaction() {
        return new TransactionTemplate(node.getBean(PlatformTransactionManager.class));
    }
}
