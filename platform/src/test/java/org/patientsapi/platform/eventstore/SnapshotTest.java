package org.patientsapi.platform.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.patientsapi.testbackends.TestBackends;
import org.patientsapi.testbackends.TestDatabase;

class SnapshotTest {

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
    void commands_go_on_from_a_snapshot() {
        String id = withSnapshot();
        // With the older events out of reach, only the snapshot can know the phone.
        DomainEventMessage<?> snapshot =
                node.bean(PatientEventStorageEngine.class).readSnapshot(id).orElseThrow();
        assertThat(snapshot.getPayloadType()).isEqualTo(NotedPatient.class);
        assertThat(snapshot.getSequenceNumber()).isGreaterThanOrEqualTo(2);

        node.send(new NotedPatient.ConfirmPhone(id, "+919812345673"));
        node.send(new NotedPatient.ChangePhone(id, "+919812345674"));
        node.send(new NotedPatient.ConfirmPhone(id, "+919812345674"));
    }

    @Test
    void history_is_told_by_the_events_whether_there_is_a_snapshot_or_not() {
        String id = withSnapshot();

        assertThat(node.bean(PatientHistory.class).of(id)).hasSize(4);
    }

    @Test
    void a_damaged_snapshot_is_passed_over() {
        String id = withSnapshot();
        node.sql()
                .sql("insert into snapshot_event select event_id, aggregate_id, sequence_number + 100, aggregate_type,"
                        + " payload_type, payload_revision, occurred_at, '\\x00', metadata from snapshot_event"
                        + " where aggregate_id = ?")
                .param(UUID.fromString(id))
                .update();

        assertThat(node.bean(PatientEventStorageEngine.class).readSnapshot(id)).isEmpty();
        assertThatCode(() -> node.send(new NotedPatient.ConfirmPhone(id, "+919812345673")))
                .doesNotThrowAnyException();
    }

    /** As aggregates are: made by their first command, or empty and then told the past. */
    static class Noted {
        private String phone;

        Noted() {}

        /** Jackson takes to a parameter that is named as a field is. */
        public Noted(NotedPatient.ChangePhone first, String phone) {
            this.phone = "from a command";
        }
    }

    @Test
    void a_snapshot_is_read_back_into_fields_and_not_through_the_constructor_for_commands() {
        Jackson3Serializer serializer = SnapshotSerializer.create();
        Noted noted = new Noted();
        noted.phone = "+919812345671";

        Noted read = serializer.deserialize(serializer.serialize(noted, byte[].class));

        assertThat(read.phone).isEqualTo("+919812345671");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'patientId':'p','state':{'phone':'+911'}}",
                "{'patientId':'p','state':{'phone':'+911','status':'active','since':'1999'}}",
                "{'patientId':'p','state':{'phone':'+911','status':'active'},'since':'1999'}"
            })
    void a_snapshot_of_another_shape_than_todays_cannot_be_read(String json) {
        Jackson3Serializer serializer = SnapshotSerializer.create();
        SerializedType type = serializer.typeForClass(NotedPatient.class);

        assertThatThrownBy(() -> serializer.deserialize(
                        new SimpleSerializedObject<>(json.replace('\'', '"'), String.class, type)))
                .isInstanceOf(SerializationException.class);
    }

    @Test
    void a_snapshot_of_a_class_that_is_no_more_is_passed_over() {
        String id = withSnapshot();
        node.sql()
                .sql("insert into snapshot_event select event_id, aggregate_id, sequence_number + 100, aggregate_type,"
                        + " 'org.example.Gone', payload_revision, occurred_at, payload, metadata from snapshot_event"
                        + " where aggregate_id = ?")
                .param(UUID.fromString(id))
                .update();

        assertThat(node.bean(PatientEventStorageEngine.class).readSnapshot(id))
                .get()
                .extracting(DomainEventMessage::getPayloadType)
                .isEqualTo(NotedPatient.class);
    }

    @Test
    void with_the_key_the_snapshot_is_gone() {
        String id = withSnapshot();

        node.destroyKey(id);

        assertThat(node.bean(PatientEventStorageEngine.class).readSnapshot(id)).isEmpty();
    }

    private static String withSnapshot() {
        String id = Samples.patientId();
        node.send(Samples.register(id));
        node.send(new NotedPatient.ChangePhone(id, "+919812345671"));
        node.send(new NotedPatient.ChangePhone(id, "+919812345672"));
        node.send(new NotedPatient.ChangePhone(id, "+919812345673"));
        awaitSnapshot(node, id);
        return id;
    }

    static void awaitSnapshot(Node node, String id) {
        await().until(() -> node.sql()
                        .sql("select count(*) from snapshot_event where aggregate_id = ?")
                        .param(UUID.fromString(id))
                        .query(Long.class)
                        .single()
                > 0);
    }
}
