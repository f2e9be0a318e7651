package org.patientsapi.query;

import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Patients whose events could not be projected. Everybody else's flow on; nothing of the events is kept here, since the
 * document is folded anew from the event store when the cause is mended.
 */
class ParkedPatients {

    private static final Logger LOG = LoggerFactory.getLogger(ParkedPatients.class);

    private final JdbcClient jdbc;
    private final Clock clock;

    ParkedPatients(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** In the transaction that moves the processor's token on. */
    void park(String processor, String patientId, Throwable cause) {
        // The message of the cause may quote what could not be read.
        LOG.error(
                "{} cannot project patient {}: {}",
                processor,
                patientId,
                cause.getClass().getName());
        jdbc.sql("INSERT INTO parked_patient (processor, patient_id, since, error) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (processor, patient_id) DO NOTHING")
                .params(
                        processor,
                        UUID.fromString(patientId),
                        OffsetDateTime.now(clock),
                        cause.getClass().getName())
                .update();
    }
}
