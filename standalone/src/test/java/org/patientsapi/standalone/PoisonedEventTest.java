package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.junit.jupiter.api.Test;
import org.patientsapi.api.Contact;
import org.patientsapi.api.PatientEvent.ContactChanged;
import org.patientsapi.platform.eventstore.PatientEventStore;
import org.patientsapi.standalone.Api.Answer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

class PoisonedEventTest extends AcceptanceTest {

    private final Operations operations = new Operations(API);

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private PatientEventStore events;

    @Autowired
    private TransactionTemplate transactions;

    @Value("${spring.flyway.url}")
    private String url;

    @Value("${spring.flyway.user}")
    private String owner;

    @Value("${spring.flyway.password}")
    private String password;

    @Test
    void an_event_that_cannot_be_read_parks_its_patient_and_nobody_else_until_the_cause_is_mended() {
        Answer poisoned = FRONT_DESK
                .post("/patients", People.named("Poorna", "Vishwanath"))
                .is(201);
        Eventually.that(() -> assertThat(
                        READER.get("/patients?search=Poorna+Vishwanath").json())
                .hasSize(1));
        poison(poisoned.id(), 1);

        Answer next = FRONT_DESK
                .post("/patients", People.named("Sampoorna", "Vishwanath"))
                .is(201);

        Eventually.that(() -> assertThat(
                        READER.get("/patients?search=Sampoorna+Vishwanath").all("id"))
                .contains(next.id()));
        Eventually.that(() -> assertThat(parked()).contains(poisoned.id()));
        // What was projected before is older than what a caller may know of.
        READER.get("/patients/" + poisoned.id()).isProblem(503, "store_unavailable");

        assertThat(operations
                        .post("/parked/" + poisoned.id())
                        .is(200)
                        .json()
                        .get("still_parked")
                        .valueStream())
                .extracting(id -> id.stringValue())
                .containsExactly(poisoned.id());
        assertThat(operations.post("/parked/" + next.id()).status())
                .as("not parked")
                .isEqualTo(404);

        mend(poisoned.id());

        assertThat(operations.post("/parked").is(200).json().get("released").toString())
                .contains(poisoned.id());
        assertThat(parked()).doesNotContain(poisoned.id());
    }

    @Test
    void a_parked_patient_is_tried_again_without_being_asked_for() {
        Answer poisoned = FRONT_DESK
                .post("/patients", People.named("Apoorva", "Vishwanath"))
                .is(201);
        poison(poisoned.id(), 1);
        FRONT_DESK.post("/patients", People.somebody()).is(201);
        Eventually.that(() -> assertThat(parked()).contains(poisoned.id()));
        mend(poisoned.id());

        jdbc.sql("UPDATE parked_patient SET next_retry_at = now() WHERE patient_id = ?")
                .param(UUID.fromString(poisoned.id()))
                .update();

        Eventually.that(() -> assertThat(parked()).doesNotContain(poisoned.id()));
        Eventually.that(() -> assertThat(
                        READER.get("/patients?search=Apoorva+Vishwanath").all("id"))
                .containsExactly(poisoned.id()));
    }

    @Test
    void a_patient_who_cannot_be_read_at_all_is_answered_that_it_may_work_later() {
        String id = "019a0000-0000-7000-8000-0000000000ff";
        jdbc.sql("INSERT INTO patient_key (patient_id, patient_number, wrapped_key) VALUES (?, 'P00000-00000', ?)")
                .params(UUID.fromString(id), new byte[64])
                .update();
        poison(id, 0);

        Answer answer = READER.get("/patients/" + id).isProblem(503, "store_unavailable");

        assertThat(answer.header("Retry-After")).isEqualTo("60");
        mend(id);
        READER.get("/patients/" + id).isProblem(404, "patient_not_found");
    }

    @Test
    void one_event_that_cannot_be_read_leaves_the_rest_of_its_patients_audit_as_it_is() {
        Answer poisoned = FRONT_DESK.post("/patients", People.somebody()).is(201);
        poison(poisoned.id(), 1);
        transactions.executeWithoutResult(status -> {
            DefaultUnitOfWork<?> work = DefaultUnitOfWork.startAndGet(null);
            events.appendLast(
                    new ContactChanged(poisoned.id(), new Contact("+919800000017", "later@example.com", null)),
                    Map.of("client", "front-desk", "subject", "asha", "home_branch", "BLR"));
            work.commit();
        });

        Answer audit =
                AUDITOR.get("/patients/" + poisoned.id() + "/audit?kind=write").is(200);
        Answer fhir = AUDITOR.with("Accept", "application/fhir+json")
                .get("/patients/" + poisoned.id() + "/audit?kind=write")
                .is(200);
        mend(poisoned.id());

        assertThat(audit.all("action"))
                .containsExactly("patient.contact-changed", "patient.status-changed", "patient.registered");
        assertThat(audit.json()
                        .valueStream()
                        .map(entry -> entry.get("unreadable_versions").toString()))
                .containsExactly("[2]", "[2]", "[]");
        assertThat(audit.json().get(1).get("changes")).isEmpty();
        assertThat(audit.json().get(0).get("changes").toString()).contains("\"email\"");
        assertThat(audit.json().get(2).get("changes").toString()).contains("\"first_name\"");
        assertThat(fhir.body()).contains("unreadable_versions");
    }

    private void poison(String patientId, long sequenceNumber) {
        jdbc.sql("INSERT INTO domain_event (event_id, aggregate_id, sequence_number, aggregate_type, payload_type,"
                        + " payload_revision, occurred_at, payload, metadata)"
                        + " VALUES (?, ?, ?, 'patient', 'patient.status-changed', '1', now(), ?, '{}')")
                .params(UUID.randomUUID(), UUID.fromString(patientId), sequenceNumber, new byte[64])
                .update();
    }

    /** In life a version of the product that can read the event; here the event goes, which takes the owner's rights. */
    private void mend(String patientId) {
        try (Connection connection = DriverManager.getConnection(url, owner, password);
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE domain_event DISABLE TRIGGER domain_event_append_only;"
                    + "DELETE FROM domain_event WHERE payload = decode(repeat('00', 64), 'hex') AND aggregate_id = '"
                    + patientId + "'; ALTER TABLE domain_event ENABLE TRIGGER domain_event_append_only");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> parked() {
        return operations
                .get("/parked")
                .is(200)
                .json()
                .get("longest")
                .valueStream()
                .map(patient -> patient.get("patient_id").stringValue())
                .toList();
    }
}
