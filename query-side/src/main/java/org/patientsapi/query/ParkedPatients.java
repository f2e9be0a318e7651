package org.patientsapi.query;

import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.patientsapi.platform.eventstore.PatientHistory.Fold;
import org.patientsapi.platform.observability.StackTrace;
import org.patientsapi.query.PatientIndex.Into;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Patients whose events could not be projected. Everybody else's flow on; nothing of the events is kept here, since the
 * document is folded anew from the event store when the cause is mended.
 */
@Component
class ParkedPatients {

    /** Said of a document that the search engine does not take for what it holds. */
    static final String REFUSED = "refused by the search engine";

    private static final Logger LOG = LoggerFactory.getLogger(ParkedPatients.class);
    private static final String PROCESSOR = PatientProjector.PROCESSOR;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final int RETRIES_AT_A_TIME = 100;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final PatientHistory history;
    private final PatientIndex index;
    private final IndexRuns runs;

    ParkedPatients(
            JdbcClient jdbc,
            TransactionTemplate transaction,
            Clock clock,
            PatientHistory history,
            PatientIndex index,
            IndexRuns runs) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.clock = clock;
        this.history = history;
        this.index = index;
        this.runs = runs;
    }

    /**
     * As operators see it.
     *
     * @param error the class of what went wrong: the message may quote what could not be read
     * @param attempts how often it was tried
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Parked(String patientId, OffsetDateTime since, String error, int attempts, OffsetDateTime nextRetryAt) {}

    void park(String patientId, Throwable cause) {
        park(patientId, cause.getClass().getName());
    }

    /** In the current transaction, where there is one: that of the projection moves its token on. */
    void park(String patientId, String error) {
        // Waits for a retry that may have folded the patient before the event that cannot be projected, and lets it go.
        boolean newly = jdbc.sql("INSERT INTO parked_patient (processor, patient_id, since, error, next_retry_at)"
                        + " VALUES (?, ?, ?, ?, ?) ON CONFLICT (processor, patient_id)"
                        + " DO UPDATE SET since = parked_patient.since RETURNING xmax = 0")
                .params(
                        PROCESSOR,
                        UUID.fromString(patientId),
                        OffsetDateTime.now(clock),
                        error,
                        OffsetDateTime.now(clock).plus(FIRST_PAUSE))
                .query(Boolean.class)
                .single();
        if (newly) {
            LOG.error("{} cannot project patient {}: {}", PROCESSOR, patientId, error);
        }
    }

    long count() {
        return jdbc.sql("SELECT count(*) FROM parked_patient WHERE processor = ?")
                .param(PROCESSOR)
                .query(Long.class)
                .single();
    }

    boolean isParked(String patientId) {
        return jdbc.sql("SELECT EXISTS (SELECT 1 FROM parked_patient WHERE processor = ? AND patient_id::text = ?)")
                .params(PROCESSOR, patientId)
                .query(Boolean.class)
                .single();
    }

    /** The longest parked first. */
    List<Parked> list(int most) {
        return jdbc.sql("SELECT patient_id, since, error, attempts, next_retry_at FROM parked_patient"
                        + " WHERE processor = ? ORDER BY since, patient_id LIMIT ?")
                .params(PROCESSOR, most)
                .query((row, number) -> new Parked(
                        row.getString("patient_id"),
                        row.getObject("since", OffsetDateTime.class),
                        row.getString("error"),
                        row.getInt("attempts"),
                        row.getObject("next_retry_at", OffsetDateTime.class)))
                .list();
    }

    /**
     * Tries all whose next attempt is due, until its thread is interrupted. Whoever cannot even be tried waits like the others,
     * and keeps none of them.
     *
     * @throws StoreUnavailable when that cannot be done now; the next call goes on with the others
     */
    void retryDue() {
        // Of one moment: of many who take long, the first is due again before the last is tried.
        OffsetDateTime now = OffsetDateTime.now(clock);
        List<String> due;
        do {
            due = due(now);
            for (String patientId : due) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                try {
                    retry(patientId);
                } catch (StoreUnavailable away) {
                    // Else the next call would begin with the same patient. Not after all others: each of them may
                    // wait as long for an answer.
                    postpone(patientId, away.getClass().getName());
                    throw away;
                } catch (RuntimeException | Error failure) {
                    LOG.error(
                            "{} could not try patient {} again: {}",
                            PROCESSOR,
                            patientId,
                            StackTrace.withoutMessages(failure));
                    postpone(patientId, failure.getClass().getName());
                }
            }
        } while (due.size() == RETRIES_AT_A_TIME);
    }

    private List<String> due(OffsetDateTime now) {
        return jdbc.sql("SELECT patient_id FROM parked_patient WHERE processor = ? AND next_retry_at <= ?"
                        + " ORDER BY next_retry_at LIMIT ?")
                .params(PROCESSOR, now, RETRIES_AT_A_TIME)
                .query((row, number) -> row.getString(1))
                .list();
    }

    /**
     * Projects the patient from all events anew, and lets it go if that works.
     *
     * @return whether it is parked no longer
     * @throws StoreUnavailable when that cannot be tried now
     */
    boolean retry(String patientId) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            hold(patientId);
            Into into = runs.isNextBeingBuilt() ? Into.LIVE_AND_NEXT : Into.LIVE;
            String error = project(patientId, into);
            if (error == null) {
                jdbc.sql("DELETE FROM parked_patient WHERE processor = ? AND patient_id = ?")
                        .params(PROCESSOR, UUID.fromString(patientId))
                        .update();
                LOG.info("{} has projected patient {}, who was parked", PROCESSOR, patientId);
                return true;
            }
            postpone(patientId, error);
            return false;
        }));
    }

    /** Nobody parks the patient, or lets it go, until the transaction ends. */
    void hold(String patientId) {
        jdbc.sql("SELECT 1 FROM parked_patient WHERE processor = ? AND patient_id = ? FOR UPDATE")
                .params(PROCESSOR, UUID.fromString(patientId))
                .query(Integer.class)
                .optional();
    }

    /** @return what keeps it from being projected; {@code null} where nothing does */
    private @Nullable String project(String patientId, Into into) {
        Fold fold = history.foldAll(List.of(patientId)).get(patientId);
        if (fold == null) {
            return null;
        }
        if (fold.failure() != null) {
            return fold.failure().getClass().getName();
        }
        PatientProfile profile = fold.profile();
        if (profile == null) {
            return null;
        }
        return index.rewrite(List.of(PatientDocument.of(profile)), into).isEmpty() ? null : REFUSED;
    }

    private void postpone(String patientId, String error) {
        jdbc.sql("UPDATE parked_patient SET attempts = attempts + 1, error = ?, next_retry_at = ? + least("
                        + "make_interval(secs => ?) * power(2, least(attempts, 30)), make_interval(secs => ?))"
                        + " WHERE processor = ? AND patient_id = ?")
                .params(
                        error,
                        OffsetDateTime.now(clock),
                        FIRST_PAUSE.toSeconds(),
                        LONGEST_PAUSE.toSeconds(),
                        PROCESSOR,
                        UUID.fromString(patientId))
                .update();
    }
}
