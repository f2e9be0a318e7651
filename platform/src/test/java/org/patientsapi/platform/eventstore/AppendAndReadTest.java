package org.patientsapi.platform.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.serialization.SerializationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.patientsapi.api.MedicalSummary;
import org.patientsapi.api.MedicalSummary.Allergy;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientEvent.MedicalSummaryChanged;
import org.patientsapi.api.PatientEvent.PatientErased;
import org.patientsapi.api.PatientEvent.PatientForgotten;
import org.patientsapi.api.PatientEvent.StatusChanged;
import org.patientsapi.api.Refusal.PatientNotFound;
import org.patientsapi.platform.vault.KeyVault;
import org.patientsapi.platform.vault.PatientKey;
import org.patientsapi.platform.vault.PatientKeys;
import org.patientsapi.testbackends.TestBackends;
import org.patientsapi.testbackends.TestDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class AppendAndReadTest {

    @TempDir
    static Path folder;

    private static TestDatabase database;
    private static Node node;

    @BeforeAll
    static void start() {
        database = TestBackends.freshDatabase();
        node = Node.start(database, folder.resolve("vault.json"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void what_is_appended_is_read_back_with_version_time_and_metadata() {
        String id = registered();
        DomainEventMessage<StatusChanged> deceased = message(id, 1, new StatusChanged(id, "deceased"));

        append(deceased);

        List<RecordedEvent> history = history(id);
        assertThat(history)
                .extracting(RecordedEvent::event)
                .containsExactly(Samples.registered(id), new StatusChanged(id, "deceased"));
        assertThat(history).extracting(RecordedEvent::version).containsExactly(1L, 2L);
        assertThat(history.getLast().at()).isEqualTo(deceased.getTimestamp());
        assertThat(history.getLast().metadata()).isEqualTo(Map.of("client", "front-desk"));
        assertThat(node.bean(PatientHistory.class).currentVersion(id)).contains(2L);
    }

    /** More than are read at a time. */
    @Test
    void a_long_history_is_read_to_its_end() {
        String id = registered();
        int events = 450;
        node.bean(PatientEventStorageEngine.class)
                .appendEvents(LongStream.range(1, events)
                        .mapToObj(i -> message(id, i, new StatusChanged(id, i % 2 == 0 ? "active" : "inactive")))
                        .toList());

        assertThat(history(id))
                .extracting(RecordedEvent::version)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events).boxed().toList());
    }

    @Test
    void the_histories_of_many_patients_are_read_at_once() {
        String one = registered();
        String two = registered();
        node.send(new NotedPatient.ChangePhone(two, "+919812345671"));
        PatientHistory histories = node.bean(PatientHistory.class);

        assertThat(histories.foldAll(List.of(one, two, Samples.patientId())))
                .isEqualTo(Map.of(
                        one, new PatientHistory.Fold(histories.profile(one).orElseThrow(), 1, null),
                        two, new PatientHistory.Fold(histories.profile(two).orElseThrow(), 2, null)));
    }

    @Test
    void patients_are_gone_over_in_stretches_that_their_events_do_not_make_too_large() {
        String before = Samples.patientId();
        String one = registered();
        String large = registered();
        append(message(
                large,
                1,
                new MedicalSummaryChanged(
                        large,
                        new MedicalSummary(
                                List.of(), List.of(new Allergy("a".repeat(20_000), null, null)), List.of()))));
        String two = registered();
        String three = registered();
        PatientHistory histories = node.bean(PatientHistory.class);

        assertThat(histories.patientsAfter(before, 10, 10_000)).containsExactly(one);
        assertThat(histories.patientsAfter(one, 10, 10_000)).containsExactly(large);
        assertThat(histories.patientsAfter(large, 10, 10_000)).containsExactly(two, three);
        assertThat(histories.patientsAfter(large, 1, 10_000)).containsExactly(two);
        assertThat(histories.patientsAfter(three, 10, 10_000)).isEmpty();
    }

    @Test
    void the_time_of_an_event_is_exact_to_the_millisecond_from_the_start() {
        DomainEventMessage<?> event = message(Samples.patientId(), 0, null);

        assertThat(event.getTimestamp()).isEqualTo(event.getTimestamp().truncatedTo(ChronoUnit.MILLIS));
    }

    @Test
    void of_nobody_there_is_no_history() {
        assertThat(history(Samples.patientId())).isEmpty();
        assertThat(history("no uuid")).isEmpty();
        assertThat(node.bean(PatientHistory.class).currentVersion(Samples.patientId()))
                .isEmpty();
    }

    @Test
    void events_are_stored_under_their_logical_names_with_ids_that_grow() {
        String id = registered();

        Map<String, Object> row = row(id, 0);

        assertThat(row).containsEntry("payload_type", "patient.registered").containsEntry("payload_revision", "1");
        assertThat(row.get("event_id").toString().charAt(14)).isEqualTo('7');
    }

    @Test
    void nothing_about_the_patient_stands_in_any_table_in_clear() {
        String id = registered();
        node.send(new NotedPatient.ChangePhone(id, "+919812345671"));
        node.send(new NotedPatient.ChangePhone(id, "+919812345672"));
        node.send(new NotedPatient.ChangePhone(id, "+919812345673"));
        SnapshotTest.awaitSnapshot(node, id);

        List<String> tables = node.sql()
                // Partitions are read through the table that they are part of.
                .sql(
                        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
                                + " and not relispartition and relname <> 'flyway_schema_history'")
                .query(String.class)
                .list();

        assertThat(tables).contains("domain_event", "snapshot_event", "patient_key", "access_record");
        for (String table : tables) {
            List<String> rows = node.sql()
                    .sql("select convert_from(convert_to(string_agg(t::text, ' '), 'UTF8'), 'UTF8') from " + table
                            + " t")
                    .query(String.class)
                    .list();
            for (String canary : List.of(Samples.NAME, "98123456", "canary@", "1980-02-29")) {
                String asHex = HexFormat.of().formatHex(canary.getBytes(StandardCharsets.UTF_8));
                assertThat(rows)
                        .as(table)
                        .noneMatch(row -> row != null && (row.contains(canary) || row.contains(asHex)));
            }
        }
    }

    @Test
    void the_application_may_not_change_or_delete_an_event() {
        registered();

        for (String change : List.of(
                "update domain_event set payload_type = 'x'", "delete from domain_event", "truncate domain_event")) {
            assertThatThrownBy(() -> node.sql().sql(change).update())
                    .cause()
                    .hasMessageContaining("permission denied for table domain_event");
        }
    }

    @Test
    void not_even_the_owner_of_the_table_changes_or_deletes_an_event_by_accident() {
        registered();
        JdbcClient owner = asOwner();

        for (String change : List.of(
                "update domain_event set payload_type = 'x'", "delete from domain_event", "truncate domain_event")) {
            assertThatThrownBy(() -> owner.sql(change).update()).cause().hasMessageContaining("only ever appended");
        }
    }

    /** Whoever follows the events would stand still before it: neither JSON nor Kafka can say when it happened. */
    @ParameterizedTest
    @ValueSource(strings = {"infinity", "-infinity"})
    void an_event_of_no_time_is_refused(String time) {
        String id = registered();

        assertThatThrownBy(() -> node.sql()
                        .sql("insert into domain_event (event_id, aggregate_id, sequence_number, aggregate_type,"
                                + " payload_type, payload_revision, occurred_at, payload, metadata)"
                                + " select gen_random_uuid(), aggregate_id, 1, aggregate_type, payload_type,"
                                + " payload_revision, cast(? as timestamptz), payload, metadata from domain_event"
                                + " where aggregate_id = ?")
                        .params(time, UUID.fromString(id))
                        .update())
                .cause()
                .hasMessageContaining("domain_event_has_a_time");
        assertThat(history(id)).hasSize(1);
    }

    @Test
    void an_event_moved_to_another_patient_fails_only_when_its_payload_is_asked_for() {
        String from = registered();
        String to = registered();

        forge(from, to, 1, "patient.registered");

        assertDamaged(to, 1, PatientEvent.PatientRegistered.class);
    }

    @Test
    void an_event_repeated_or_renamed_fails_although_the_key_is_the_right_one() {
        String id = registered();

        forge(id, id, 1, "patient.registered");
        forge(id, id, 2, "patient.forgotten");
        forge(id, id, 3, "patient.erased");

        assertDamaged(id, 1, PatientEvent.PatientRegistered.class);
        assertDamaged(id, 2, PatientForgotten.class);
        assertDamaged(id, 3, PatientErased.class);
    }

    /** All that is stored is bound in these words: an update that puts them otherwise reads nothing of what is there. */
    @Test
    void the_place_that_a_payload_is_bound_to_is_written_the_same_for_ever() throws GeneralSecurityException {
        String id = registered();
        append(message(id, 1, new PatientErased(id, "court_order")));
        Aead own = ((PatientKey.Live) node.bean(PatientKeys.class).key(id).orElseThrow()).aead();
        Aead lasting = new AesGcmJce(node.bean(KeyVault.class).derive("lasting events"));

        assertThat(own.decrypt((byte[]) row(id, 0).get("payload"), bytes("EVENT|" + id + "|patient.registered|1|0")))
                .asString(StandardCharsets.UTF_8)
                .contains(Samples.NAME);
        assertThat(lasting.decrypt((byte[]) row(id, 1).get("payload"), bytes("EVENT|" + id + "|patient.erased|1|1")))
                .asString(StandardCharsets.UTF_8)
                .contains("court_order");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Nobody can change a row, but somebody with the owner's rights can add one: here, a copy of a first event. */
    private static void forge(String from, String to, long sequence, String name) {
        asOwner()
                .sql("insert into domain_event (event_id, aggregate_id, sequence_number, aggregate_type, payload_type,"
                        + " payload_revision, occurred_at, payload, metadata) select gen_random_uuid(), ?, ?,"
                        + " aggregate_type, ?, payload_revision, occurred_at, payload, metadata"
                        + " from domain_event where aggregate_id = ? and sequence_number = 0")
                .params(UUID.fromString(to), sequence, name, UUID.fromString(from))
                .update();
    }

    private static void assertDamaged(String id, long sequence, Class<?> type) {
        DomainEventMessage<?> event =
                node.bean(PatientEventStore.class).readEvents(id, sequence).next();
        assertThat(event.getPayloadType()).isEqualTo(type);
        assertThatThrownBy(event::getPayload)
                .isInstanceOf(SerializationException.class)
                .cause()
                .hasMessageEndingWith("is damaged, or is not where it was written");
    }

    @Test
    void an_event_that_this_version_does_not_know_reaches_the_handlers_and_fails_there() {
        String id = registered();
        asOwner()
                .sql("insert into domain_event (event_id, aggregate_id, sequence_number, aggregate_type, payload_type,"
                        + " payload_revision, occurred_at, payload, metadata)"
                        + " values (gen_random_uuid(), ?, 1, 'P', 'patient.beamed-up', '9', now(), '\\x00', '{}')")
                .param(UUID.fromString(id))
                .update();

        DomainEventMessage<?> last =
                node.bean(PatientEventStore.class).readEvents(id, 1).next();

        assertThat(last.getPayloadType()).isEqualTo(PatientEvent.class);
        assertThatThrownBy(last::getPayload)
                .cause()
                .hasMessageEndingWith("does not know the event patient.beamed-up, revision 9");
    }

    @Test
    void once_the_key_is_destroyed_the_events_say_only_that_the_patient_is_forgotten_and_why() {
        String id = registered();
        append(message(id, 1, new PatientErased(id, "court_order")));

        node.destroyKey(id);

        assertThat(history(id))
                .extracting(RecordedEvent::event)
                .containsExactly(new PatientForgotten(id), new PatientErased(id, "court_order"));
        assertThat(history(id)).extracting(RecordedEvent::version).containsExactly(1L, 2L);
        assertThat(tracked(id).stream().<Object>map(EventMessage::getPayload))
                .containsExactly(new PatientForgotten(id), new PatientErased(id, "court_order"));
        assertThatThrownBy(() -> node.send(new NotedPatient.ChangePhone(id, "+919812345672")))
                .isInstanceOf(AggregateNotFoundException.class);
        assertThatThrownBy(() -> append(message(id, 2, new StatusChanged(id, "active"))))
                .isInstanceOf(PatientNotFound.class);
    }

    @Test
    void the_second_of_two_who_append_at_the_same_place_is_refused() {
        String id = registered();
        append(message(id, 1, new StatusChanged(id, "inactive")));

        assertThatThrownBy(() -> append(message(id, 1, new StatusChanged(id, "deceased"))))
                .isInstanceOf(ConcurrencyException.class)
                .message()
                .doesNotContain("front-desk");
        assertThatThrownBy(() -> append(message(id, 0, Samples.registered(id))))
                .isInstanceOf(AggregateStreamCreationException.class);
        assertThat(history(id)).hasSize(2);
    }

    @Test
    void however_many_patients_events_are_read_their_keys_take_one_query() {
        for (int i = 0; i < 20; i++) {
            registered();
        }
        AtomicInteger queries = new AtomicInteger();
        JdbcClient counting = JdbcClient.create(new DelegatingDataSource(node.bean(DataSource.class)) {
            @Override
            public Connection getConnection() throws SQLException {
                queries.incrementAndGet();
                return super.getConnection();
            }
        });
        EventSerializer serializer = new EventSerializer();
        PatientKeys keys = new PatientKeys(counting, node.bean(KeyVault.class), 1_000, Duration.ofMinutes(1));
        PatientEventStorageEngine engine = new PatientEventStorageEngine(
                node.bean(ConnectionProvider.class),
                node.bean(TransactionManager.class),
                serializer,
                SnapshotSerializer.create(),
                new PayloadEncryption(keys, serializer),
                node.bean(SettledOrder.class));

        assertThat(engine.readEvents(null, false).limit(20)).hasSize(20);

        assertThat(queries).hasValue(1);
    }

    @Test
    void a_key_of_a_transaction_that_was_rolled_back_is_not_used_again() {
        String id = Samples.patientId();
        PatientKeys keys = node.bean(PatientKeys.class);

        assertThatThrownBy(() -> node.inTransaction(() -> {
                    keys.create(id, "rolled-back");
                    assertThat(keys.key(id)).isPresent();
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");

        assertThat(keys.key(id)).isEmpty();
    }

    private static String registered() {
        String id = Samples.patientId();
        node.send(Samples.register(id));
        return id;
    }

    private static List<RecordedEvent> history(String id) {
        return node.bean(PatientHistory.class).of(id);
    }

    private static List<TrackedEventMessage<?>> tracked(String id) {
        return node.bean(PatientEventStorageEngine.class)
                .readEvents(null, false)
                .<TrackedEventMessage<?>>map(event -> event)
                .filter(event ->
                        ((DomainEventMessage<?>) event).getAggregateIdentifier().equals(id))
                .toList();
    }

    private static void append(DomainEventMessage<?> event) {
        node.bean(PatientEventStorageEngine.class).appendEvents(List.of(event));
    }

    private static <T> DomainEventMessage<T> message(String id, long sequence, T payload) {
        return new GenericDomainEventMessage<>("Patient", id, sequence, payload, MetaData.with("client", "front-desk"));
    }

    private static Map<String, Object> row(String id, long sequence) {
        return node.sql()
                .sql("select * from domain_event where aggregate_id = ? and sequence_number = ?")
                .params(UUID.fromString(id), sequence)
                .query()
                .singleRow();
    }

    private static JdbcClient asOwner() {
        return JdbcClient.create(new DriverManagerDataSource(
                database.jdbcUrl(), database.owner().user(), database.owner().password()));
    }
}
