package org.patientsapi.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Future.State;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.patientsapi.api.DistinctPerson;
import org.patientsapi.api.Erasure;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Refusal.DuplicatePatient;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.platform.vault.KeyVault;
import org.patientsapi.platform.vault.PatientKey;
import org.patientsapi.platform.vault.PatientKeys;
import org.patientsapi.testbackends.TestBackends;
import org.patientsapi.testbackends.TestDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;
import org.springframework.scheduling.config.IntervalTask;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.transaction.support.TransactionTemplate;

/** What the database has to say in, with two nodes on it. */
@Timeout(60)
class CommandNodesTest {

    @TempDir
    static Path folder;

    private static CommandNode here;
    private static CommandNode there;
    private static JdbcClient owner;
    private static TransactionTemplate asOwner;

    @BeforeAll
    static void start() {
        TestDatabase database = TestBackends.freshDatabase();
        here = CommandNode.start(database, folder.resolve("vault.json"));
        there = CommandNode.start(database, folder.resolve("vault.json"));
        DriverManagerDataSource dataSource = new DriverManagerDataSource(
                database.jdbcUrl(), database.owner().user(), database.owner().password());
        owner = JdbcClient.create(dataSource);
        asOwner = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
    }

    @AfterAll
    static void stop() {
        here.close();
        there.close();
    }

    @Test
    void a_correction_that_two_nodes_get_at_once_is_made_once_and_nobody_is_a_duplicate_of_themselves() {
        String id = here.register("98100 00001").id();

        assertThat(onBothAtOnce(node -> node.changePhone(id, "98100 00002")))
                .allSatisfy(correction -> assertThat(correction.get().version()).isEqualTo(2));
    }

    @Test
    void of_two_nodes_that_register_the_same_person_at_once_one_does_and_the_other_learns_who_it_was() {
        List<Future<PatientProfile>> attempts = onBothAtOnce(node -> node.register("98100 00021"));

        assertThat(attempts).extracting(Future::state).containsExactlyInAnyOrder(State.SUCCESS, State.FAILED);
        PatientProfile registered = attempts.stream()
                .filter(attempt -> attempt.state() == State.SUCCESS)
                .map(Future::resultNow)
                .findFirst()
                .orElseThrow();
        Throwable refused = attempts.stream()
                .filter(attempt -> attempt.state() == State.FAILED)
                .map(Future::exceptionNow)
                .findFirst()
                .orElseThrow();
        assertThat(refused).isInstanceOfSatisfying(DuplicatePatient.class, duplicate -> {
            assertThat(duplicate.existingId()).isEqualTo(registered.id());
            assertThat(duplicate.existingNumber()).isEqualTo(registered.patientId());
            assertThat(duplicate.matchedOn()).containsExactly("phone", "date_of_birth");
        });
    }

    @Test
    void nobody_is_erased_on_another_node_between_being_found_to_share_and_being_told_of_the_newcomer() {
        PatientProfile elder = here.register("98100 00031");

        try (ExecutorService desks = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> sent = asOwner.execute(status -> {
                // There the newcomer is enrolled, which is after the last look at who shares the claim.
                owner.sql("LOCK TABLE patient_key IN SHARE MODE").update();
                Future<PatientProfile> registered = desks.submit(() -> here.registerTwinOf(elder));
                await().until(() -> waiting() == 1);
                Future<Erasure> erased = desks.submit(() -> there.erase(elder.id()));
                await().until(() -> erased.isDone() || waiting() == 2);
                return List.of(registered, erased);
            });

            assertThat(sent.getLast()).succeedsWithin(Duration.ofSeconds(30));
            assertThat(sent.getFirst())
                    .succeedsWithin(Duration.ofSeconds(30))
                    .asInstanceOf(type(PatientProfile.class))
                    .extracting(PatientProfile::knownDistinct)
                    .isEqualTo(List.of(new DistinctPerson(elder.id(), "twin")));
        }
    }

    @Test
    void a_registration_is_decided_anew_where_another_node_has_changed_whom_it_overrides_meanwhile() {
        PatientProfile elder = here.register("98100 00041");

        try (ExecutorService desks = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<PatientProfile> registered = asOwner.execute(status -> {
                owner.sql("LOCK TABLE patient_key IN SHARE MODE").update();
                Future<PatientProfile> twin = desks.submit(() -> here.registerTwinOf(elder));
                await().until(() -> waiting() == 1);
                there.change(elder.id(), "{\"email\": \"elder@example.com\"}");
                return twin;
            });

            assertThat(registered)
                    .succeedsWithin(Duration.ofSeconds(30))
                    .extracting(PatientProfile::knownDistinct)
                    .isEqualTo(List.of(new DistinctPerson(elder.id(), "twin")));
        }
    }

    /** Both have decided before either can take a claim. */
    private static List<Future<PatientProfile>> onBothAtOnce(Function<CommandNode, PatientProfile> request) {
        try (ExecutorService desks = Executors.newVirtualThreadPerTaskExecutor()) {
            return asOwner.execute(status -> {
                owner.sql("LOCK TABLE identity_claim IN SHARE MODE").update();
                List<Future<PatientProfile>> sent = Stream.of(here, there)
                        .map(node -> desks.submit(() -> request.apply(node)))
                        .toList();
                await().until(() -> waiting() == 2);
                return sent;
            });
        }
    }

    /** How many transactions do; on another connection than the test's own, where another thread asks. */
    private static int waiting() {
        return owner.sql("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
                .query(Integer.class)
                .single();
    }

    /** As if another node had given the patient the phone, each time anew, before it could be done here. */
    @Test
    void a_command_that_never_wins_a_round_is_to_be_sent_again() {
        String id = here.register("98100 00011").id();
        here.changePhone(id, "98100 00012");
        owner.sql("CREATE TABLE taken AS SELECT * FROM identity_claim WHERE patient_id = ?::uuid")
                .param(id)
                .update();
        here.changePhone(id, "98100 00011");
        owner.sql("INSERT INTO identity_claim SELECT * FROM taken").update();

        assertThatThrownBy(() -> here.changePhone(id, "98100 00012")).isInstanceOf(StoreUnavailable.class);
    }

    @Test
    void all_answers_that_are_kept_no_longer_are_forgotten_but_for_one_that_is_in_use() {
        owner.sql("INSERT INTO idempotency_record (client, key, request_hash, patient_id, created_at)"
                        + " SELECT 'front-desk', 'old-' || n, '', gen_random_uuid(), now() - interval '25 hours'"
                        + " FROM generate_series(1, 12001) AS n")
                .update();

        asOwner.executeWithoutResult(status -> {
            owner.sql("SELECT key FROM idempotency_record WHERE key = 'old-1' FOR UPDATE")
                    .query(String.class)
                    .single();
            here.bean(Idempotency.class).forgetExpired();
        });

        assertThat(owner.sql("SELECT key FROM idempotency_record WHERE key LIKE 'old-%'")
                        .query(String.class)
                        .list())
                .containsExactly("old-1");
    }

    @Test
    void the_key_of_whoever_was_erased_is_destroyed_within_an_hour_of_its_time_without_anybody_asking() {
        String id = here.register("98100 00071").id();
        owner.sql(
                        "INSERT INTO erasure (patient_id, patient_number, branch_id, reason, erased_at, client, subject, request_id)"
                                + " SELECT patient_id, patient_number, 'BLR', 'court_order', now(), '', '', ''"
                                + " FROM patient_key WHERE patient_id = ?::uuid")
                .param(id)
                .update();

        everyHour("KeyJobs.destroyDueKeys").run();

        assertThat(here.bean(PatientKeys.class).key(id)).containsInstanceOf(PatientKey.Destroyed.class);
    }

    @Test
    void data_keys_are_wrapped_by_the_newest_key_within_an_hour_without_anybody_asking() {
        here.register("98100 00072");
        here.bean(KeyVault.class).rotate(Instant.MAX);
        byte[] newest = here.bean(KeyVault.class).newestMark();
        assertThat(wrappedOtherwiseThanBy(newest)).isPositive();

        everyHour("KeyJobs.rotate").run();

        assertThat(wrappedOtherwiseThanBy(newest)).isZero();
    }

    private static long wrappedOtherwiseThanBy(byte[] mark) {
        return owner.sql("SELECT count(*) FROM patient_key WHERE substring(wrapped_key FROM 1 FOR 5) <> ?")
                .param(mark)
                .query(Long.class)
                .single();
    }

    private static Runnable everyHour(String job) {
        IntervalTask task = here.bean(ScheduledAnnotationBeanPostProcessor.class).getScheduledTasks().stream()
                .map(ScheduledTask::getTask)
                .filter(each -> each.toString().endsWith(job))
                .map(IntervalTask.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(task.getIntervalDuration()).isEqualTo(Duration.ofHours(1));
        return task.getRunnable();
    }

    /** As after a restore that has turned the counter back: of whoever was erased since then the journal knows the number. */
    @Test
    void the_number_of_somebody_who_was_erased_is_not_given_out_again() {
        JdbcClient jdbc = here.bean(JdbcClient.class);
        KeyVault vault = here.bean(KeyVault.class);
        long counter = owner.sql("SELECT nextval('patient_number_seq')")
                .query(Long.class)
                .single();
        String erased = new PatientNumbers(jdbc, vault).next();
        here.bean(PatientKeys.class).reserve(UUID.randomUUID().toString(), erased, Instant.EPOCH);
        owner.sql("SELECT setval('patient_number_seq', ?)")
                .param(counter)
                .query(Long.class)
                .single();

        assertThat(new PatientNumbers(jdbc, vault).next()).isNotEqualTo(erased);
    }
}
