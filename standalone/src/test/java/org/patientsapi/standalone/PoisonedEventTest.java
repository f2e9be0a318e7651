package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.Api.Answer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

class PoisonedEventTest extends AcceptanceTest {

    @Autowired
    private JdbcClient jdbc;

    @Test
    void an_event_that_cannot_be_read_parks_its_patient_and_nobody_else() {
        Answer poisoned = FRONT_DESK
                .post("/patients", People.named("Poorna", "Vishwanath"))
                .is(201);
        Eventually.that(() -> assertThat(
                        READER.get("/patients?search=Poorna+Vishwanath").json())
                .hasSize(1));
        jdbc.sql("INSERT INTO domain_event (event_id, aggregate_id, sequence_number, aggregate_type, payload_type,"
                        + " payload_revision, occurred_at, payload, metadata)"
                        + " VALUES (?, ?, 1, 'patient', 'patient.status-changed', '1', now(), ?, '{}')")
                .params(UUID.randomUUID(), UUID.fromString(poisoned.id()), new byte[64])
                .update();

        Answer next = FRONT_DESK
                .post("/patients", People.named("Sampoorna", "Vishwanath"))
                .is(201);

        Eventually.that(() -> assertThat(
                        READER.get("/patients?search=Sampoorna+Vishwanath").all("id"))
                .contains(next.id()));
        assertThat(jdbc.sql("SELECT count(*) FROM parked_patient WHERE patient_id = ?")
                        .param(UUID.fromString(poisoned.id()))
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
        // What was projected before is still answered.
        READER.get("/patients/" + poisoned.id()).is(200);
    }
}
