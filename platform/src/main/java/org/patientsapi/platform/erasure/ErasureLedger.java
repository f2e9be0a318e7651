package org.patientsapi.platform.erasure;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Erasure;
import org.patientsapi.api.Erasure.Actor;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Refusal.LegalHold;
import org.patientsapi.platform.database.SqlArrays;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.platform.vault.PatientKeys;
import org.patientsapi.values.ErasureReason;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The erasures in the database. The table is only ever appended to, and the database itself refuses events and keys of
 * whoever stands in it. What changes something works in the current transaction.
 */
final class ErasureLedger {

    /** By the clock of the database, which refuses what comes too early by that clock. */
    private static final String NOT_HELD = "(e.hold_until IS NULL OR e.hold_until <= now())";

    /**
     * Every entry has a row in {@code patient_key}: nobody is erased who had no key, or was given none for that purpose. Of the
     * latter this database never had the key; as long as the law keeps it, it is not destroyed, and a later backup may bring it.
     */
    private static final String ENTRIES = "SELECT e.*, CASE WHEN k.destroyed_at IS NOT NULL AND " + NOT_HELD
            + " THEN greatest(k.destroyed_at, e.hold_until) END AS key_destroyed_at, (SELECT finished_at FROM index_purge WHERE started_at > e.erased_at"
            + " ORDER BY started_at LIMIT 1) AS purged_at FROM erasure e JOIN patient_key k USING (patient_id)";

    private final JdbcClient jdbc;
    private final PatientKeys keys;
    private final Duration hold;
    private final Clock clock;

    ErasureLedger(JdbcClient jdbc, PatientKeys keys, Duration hold, Clock clock) {
        this.jdbc = jdbc;
        this.keys = keys;
        this.hold = hold;
        this.clock = clock;
    }

    /** Empty for whoever was not erased, or is no patient at all. */
    Optional<Erasure> find(String patientId) {
        return jdbc.sql(ENTRIES + " WHERE e.patient_id = ?")
                .param(UUID.fromString(patientId))
                .query(ErasureLedger::entry)
                .optional();
    }

    /** Those of these patients who were erased. */
    List<Erasure> find(Collection<Erasure> among) {
        return jdbc.sql(ENTRIES + " WHERE e.patient_id = ANY (?)")
                .param(SqlArrays.uuids(among.stream().map(Erasure::id).toList()))
                .query(ErasureLedger::entry)
                .list();
    }

    /** Hands over all entries: in pieces, each by a statement of its own, since a long ledger fits neither memory nor time-out. */
    void read(int piece, Consumer<List<Erasure>> reader) {
        UUID last = new UUID(0, 0);
        while (true) {
            List<Erasure> entries = jdbc.sql(ENTRIES + " WHERE e.patient_id > ? ORDER BY e.patient_id LIMIT ?")
                    .params(last, piece)
                    .query(ErasureLedger::entry)
                    .list();
            if (entries.isEmpty()) {
                return;
            }
            reader.accept(entries);
            last = UUID.fromString(entries.getLast().id());
        }
    }

    /**
     * Enters a patient who is to be erased and frees what it claimed. The event is for the caller to append.
     *
     * @param caller as it is kept with events
     */
    Erasure enter(PatientProfile patient, ErasureReason reason, Map<String, ?> caller) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Instant databaseNow = jdbc.sql("SELECT now()")
                .query(OffsetDateTime.class)
                .single()
                .toInstant()
                .truncatedTo(ChronoUnit.MILLIS);
        // No node whose clock is behind shortens what the law asks for.
        Instant heldFrom = now.isBefore(databaseNow) ? databaseNow : now;
        Erasure erasure = new Erasure(
                patient.id(),
                patient.patientId(),
                patient.branchId(),
                reason.code(),
                now,
                hold.isZero() ? null : heldFrom.plus(hold),
                null,
                null,
                new Actor(text(caller, Caller.CLIENT), text(caller, Caller.SUBJECT)),
                text(caller, Caller.REQUEST_ID));
        enter(erasure);
        return erasure;
    }

    void enter(Erasure erasure) {
        UUID patientId = UUID.fromString(erasure.id());
        int entered = jdbc.sql(
                        "INSERT INTO erasure (patient_id, patient_number, branch_id, reason, erased_at, hold_until, client,"
                                + " subject, request_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
                .param(1, patientId)
                .param(2, erasure.patientId())
                .param(3, erasure.branchId())
                .param(4, erasure.reason())
                .param(5, utc(erasure.erasedAt()))
                .param(6, utc(erasure.holdUntil()), Types.TIMESTAMP_WITH_TIMEZONE)
                .param(7, erasure.actor().client())
                .param(8, erasure.actor().subject())
                .param(9, erasure.requestId())
                .update();
        if (entered == 0) {
            throw new OptimisticLockingFailureException("Another node has erased the patient meanwhile");
        }
        freeClaims(patientId);
    }

    private void freeClaims(UUID patientId) {
        jdbc.sql("SELECT kind, hash FROM identity_claim WHERE patient_id = ?")
                .param(patientId)
                .query((row, n) -> new HeldClaim(row.getString("kind"), row.getBytes("hash")))
                .list()
                .forEach(claim -> IdentityClaims.free(jdbc, patientId, claim.kind(), claim.hash()));
    }

    /**
     * Makes everything that is stored of an erased patient unreadable, for ever.
     *
     * @return the entry as it is then
     * @throws LegalHold when the law still keeps it
     */
    Erasure destroyKey(Erasure erasure) {
        Erasure due = jdbc.sql(ENTRIES + " WHERE e.patient_id = ? AND " + NOT_HELD)
                .param(UUID.fromString(erasure.id()))
                .query(ErasureLedger::entry)
                .optional()
                .orElseThrow(LegalHold::new);
        return destroyDueKey(due);
    }

    private Erasure destroyDueKey(Erasure erasure) {
        destroyKey(erasure.id(), clock.instant());
        return find(erasure.id()).orElseThrow();
    }

    void destroyKey(String id, Instant at) {
        UUID patientId = UUID.fromString(id);
        keys.destroy(id, at);
        jdbc.sql("DELETE FROM snapshot_event WHERE aggregate_id = ?")
                .param(patientId)
                .update();
        jdbc.sql("DELETE FROM parked_patient WHERE patient_id = ?")
                .param(patientId)
                .update();
    }

    /**
     * Destroys the keys that no law keeps any longer, and holds their rows until the transaction ends: another node that
     * does the same passes them over.
     *
     * @param most how many at a time
     */
    List<Erasure> destroyDueKeys(int most) {
        return jdbc
                .sql(ENTRIES + " WHERE k.wrapped_key IS NOT NULL AND " + NOT_HELD
                        + " ORDER BY e.erased_at LIMIT ? FOR UPDATE OF k SKIP LOCKED")
                .param(most)
                .query(ErasureLedger::entry)
                .list()
                .stream()
                .map(this::destroyDueKey)
                .toList();
    }

    /** Since when it has been lawful to destroy a key that is still there. */
    Optional<Instant> oldestDueKey() {
        return jdbc.sql(
                        "SELECT min(coalesce(e.hold_until, e.erased_at)) FROM erasure e JOIN patient_key k USING (patient_id)"
                                + " WHERE k.wrapped_key IS NOT NULL AND " + NOT_HELD)
                .query(OffsetDateTime.class)
                .optional()
                .map(OffsetDateTime::toInstant);
    }

    private static Erasure entry(ResultSet row, int number) throws SQLException {
        return new Erasure(
                row.getString("patient_id"),
                row.getString("patient_number"),
                row.getString("branch_id"),
                row.getString("reason"),
                row.getObject("erased_at", OffsetDateTime.class).toInstant(),
                instant(row, "hold_until"),
                instant(row, "key_destroyed_at"),
                instant(row, "purged_at"),
                new Actor(row.getString("client"), row.getString("subject")),
                row.getString("request_id"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }

    private static String text(Map<String, ?> caller, String name) {
        Object value = caller.get(name);
        return value == null ? "" : value.toString();
    }

    private record HeldClaim(String kind, byte[] hash) {}
}
