package org.patientsapi.command;

import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientCommand;
import org.patientsapi.api.PatientCommand.RecordVisit;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Refusal.DuplicatePatient;
import org.patientsapi.api.Refusal.IdempotencyKeyInUse;
import org.patientsapi.api.Refusal.IdempotencyKeyReused;
import org.patientsapi.api.Refusal.PatientNotFound;
import org.patientsapi.api.Refusal.VisitConflict;
import org.patientsapi.api.Visit;
import org.patientsapi.platform.erasure.Erasures;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.patientsapi.platform.security.Caller;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Carries out a POST with an {@code Idempotency-Key} at most once in 24 hours. What was answered is stored in the
 * transaction of the events, so that no crash comes between the two, and as a version only: the body is folded anew from
 * the events, which keeps personal data out of this table.
 *
 * <p>Axon has every bean of this kind intercept the command bus.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class Idempotency implements MessageHandlerInterceptor<CommandMessage<?>> {

    private static final Duration KEPT = Duration.ofHours(24);
    private static final int FORGOTTEN_AT_A_TIME = 5000;

    private final JdbcClient jdbc;
    private final PatientHistory history;
    private final Disclosures disclosures;
    private final Erasures erasures;
    private final Clock clock;

    Idempotency(JdbcClient jdbc, PatientHistory history, Disclosures disclosures, Erasures erasures, Clock clock) {
        this.jdbc = jdbc;
        this.history = history;
        this.disclosures = disclosures;
        this.erasures = erasures;
        this.clock = clock;
    }

    /**
     * A client's name for one request, and a keyed hash of what it asked, by which another request is told from a retry.
     */
    record Key(String client, String value, byte[] requestHash) {

        private static final String METADATA = "idempotency_key";

        Map<String, Object> metadata() {
            return Map.of(METADATA, this);
        }

        private static @Nullable Key in(MetaData metadata) {
            return (Key) metadata.get(METADATA);
        }
    }

    @Override
    public @Nullable Object handle(UnitOfWork<? extends CommandMessage<?>> unitOfWork, InterceptorChain chain)
            throws Exception {
        Key key = Key.in(unitOfWork.getMessage().getMetaData());
        if (key == null || !(unitOfWork.getMessage().getPayload() instanceof PatientCommand<?> command)) {
            return chain.proceed();
        }
        if (!lock(key)) {
            throw new IdempotencyKeyInUse();
        }
        Optional<Answered> earlier = find(key);
        if (earlier.isPresent()) {
            Object shown = again(command, earlier.get());
            Object caller = unitOfWork.getMessage().getMetaData().get(Disclosures.CALLER);
            disclosures.unchanged(earlier.get().patientId().toString(), versionOf(shown), (Caller)
                    Objects.requireNonNull(caller, "every command has its caller"));
            return shown;
        }
        Object made = Objects.requireNonNull(chain.proceed());
        remember(
                key,
                new Answered(key.requestHash(), UUID.fromString(command.patientId()), versionOf(made), null, null));
        return made;
    }

    private static long versionOf(Object made) {
        return switch (made) {
            case PatientProfile profile -> profile.version();
            case Visit visit -> visit.version();
            default -> throw new IllegalStateException("Nothing was made that could be answered again");
        };
    }

    /** Stores that the request was refused, after its transaction is gone. */
    void remember(Key key, DuplicatePatient refusal) {
        remember(
                key,
                new Answered(
                        key.requestHash(),
                        UUID.fromString(refusal.existingId()),
                        null,
                        String.join(",", refusal.matchedOn()),
                        null));
    }

    /** The same for an admission: whoever sends it again after the discharge has been told that it was not made. */
    void remember(Key key, String patientId, VisitConflict refusal) {
        remember(
                key,
                new Answered(
                        key.requestHash(), UUID.fromString(patientId), null, null, UUID.fromString(refusal.visitId())));
    }

    /** Held until the transaction ends, however it ends; a crash frees it too. */
    private boolean lock(Key key) {
        return jdbc.sql("SELECT pg_try_advisory_xact_lock(hashtextextended(?, 0))")
                .param(key.client() + "\n" + key.value())
                .query(Boolean.class)
                .single();
    }

    /** @throws IdempotencyKeyReused if it was another request that was answered */
    private Optional<Answered> find(Key key) {
        Optional<Answered> earlier = jdbc.sql("SELECT request_hash, patient_id, version, matched_on, open_visit_id"
                        + " FROM idempotency_record WHERE client = ? AND key = ? AND created_at > ?")
                .params(key.client(), key.value(), oldestKept())
                .query(Answered.class)
                .optional();
        if (earlier.isPresent() && !Arrays.equals(earlier.get().requestHash(), key.requestHash())) {
            throw new IdempotencyKeyReused();
        }
        // Nobody is a duplicate of whoever was erased since.
        return earlier.filter(answered -> answered.matchedOn() == null
                || erasures.find(answered.patientId().toString()).isEmpty());
    }

    private Object again(PatientCommand<?> command, Answered earlier) {
        String patientId = earlier.patientId().toString();
        if (erasures.find(patientId).isPresent()) {
            throw new PatientNotFound(patientId);
        }
        // A client may have users of several branches, and the key is the client's. Of a duplicate everybody is told,
        // whatever branch it is of.
        if (earlier.matchedOn() == null && !history.isAtHomeIn(command.scope(), patientId)) {
            throw new PatientNotFound(patientId);
        }
        Long version = earlier.version();
        if (earlier.openVisitId() != null) {
            throw VisitConflict.stillAdmitted(earlier.openVisitId().toString());
        }
        if (version == null) {
            throw new DuplicatePatient(patientId, numberOf(earlier.patientId()), earlier.matchedFields());
        }
        // Nobody's, where the patient's key was destroyed meanwhile.
        Optional<?> answer = command instanceof RecordVisit
                ? history.visitsAt(patientId, List.of(version)).stream().findFirst()
                : history.profileAt(patientId, version);
        return answer.orElseThrow(() -> new PatientNotFound(patientId));
    }

    private String numberOf(UUID patientId) {
        return jdbc.sql("SELECT patient_number FROM patient_key WHERE patient_id = ?")
                .param(patientId)
                .query(String.class)
                .single();
    }

    private void remember(Key key, Answered answered) {
        // A refusal is remembered after its lock is gone: what another request was answered meanwhile stays, if it is
        // not expired, nor of somebody who was erased.
        jdbc.sql("INSERT INTO idempotency_record (client, key, request_hash, patient_id, version, matched_on,"
                        + " open_visit_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (client, key) DO UPDATE SET request_hash = excluded.request_hash,"
                        + " patient_id = excluded.patient_id, version = excluded.version, matched_on ="
                        + " excluded.matched_on, open_visit_id = excluded.open_visit_id, created_at ="
                        + " excluded.created_at"
                        + " WHERE excluded.version IS NOT NULL OR idempotency_record.created_at <= ?"
                        + " OR EXISTS (SELECT FROM erasure WHERE patient_id = idempotency_record.patient_id)")
                .param(1, key.client())
                .param(2, key.value())
                .param(3, answered.requestHash())
                .param(4, answered.patientId())
                .param(5, answered.version(), Types.BIGINT)
                .param(6, answered.matchedOn(), Types.VARCHAR)
                .param(7, answered.openVisitId(), Types.OTHER)
                .param(8, OffsetDateTime.now(clock))
                .param(9, oldestKept())
                .update();
    }

    /**
     * In pieces, since a statement that the database ends has deleted nothing: what is too much for one would stay for ever. At a fixed
     * rate for the reason that {@link KeyJobs} has.
     */
    @Scheduled(fixedRateString = "PT1H")
    void forgetExpired() {
        int forgotten = FORGOTTEN_AT_A_TIME;
        while (forgotten == FORGOTTEN_AT_A_TIME) {
            forgotten = jdbc.sql("DELETE FROM idempotency_record WHERE (client, key) IN (SELECT client, key"
                            + " FROM idempotency_record WHERE created_at <= ? LIMIT ? FOR UPDATE SKIP LOCKED)")
                    .params(oldestKept(), FORGOTTEN_AT_A_TIME)
                    .update();
        }
    }

    private OffsetDateTime oldestKept() {
        return OffsetDateTime.now(clock).minus(KEPT);
    }

    /**
     * @param version of the patient, when it was registered or the visit recorded; {@code null} where the request was
     *     refused as a duplicate of {@code patientId}, or because of the open visit
     */
    private record Answered(
            byte[] requestHash,
            UUID patientId,
            @Nullable Long version,
            @Nullable String matchedOn,
            @Nullable UUID openVisitId) {

        List<String> matchedFields() {
            return matchedOn == null ? List.of() : List.of(matchedOn.split(","));
        }
    }
}
