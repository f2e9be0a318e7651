package org.patientsapi.platform.erasure;

import static java.util.Objects.requireNonNull;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Erasure;
import org.patientsapi.api.PatientEvent.PatientErased;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Refusal.LegalHold;
import org.patientsapi.platform.database.AdvisoryLock;
import org.patientsapi.platform.database.SqlArrays;
import org.patientsapi.platform.eventstore.HomeBranch;
import org.patientsapi.platform.eventstore.PatientEventStore;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.platform.vault.PatientKeys;
import org.patientsapi.values.ErasureReason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Keeps ledger and journal true to each other. Before the service answers, whatever the journal knows and the database
 * does not, because an old backup took its place, is done to the database again; and what the database alone knows,
 * because of a crash, is copied into the journal.
 */
public final class Erasures implements SmartInitializingSingleton {

    private static final Logger LOG = LoggerFactory.getLogger(Erasures.class);
    private static final int KEYS_AT_A_TIME = 100;

    /**
     * How long after its time an erasure is seen by all: it was decided at that time, by the clock of whichever node did, and is
     * committed up to 40 seconds later.
     */
    public static final Duration SEEN_AFTER = Duration.ofMinutes(5);

    private final ErasureLedger ledger;
    private final ErasureJournal journal;
    private final PatientEventStore events;
    private final PatientKeys keys;
    private final JdbcClient jdbc;
    private final TransactionOperations transactions;

    Erasures(
            ErasureLedger ledger,
            ErasureJournal journal,
            PatientEventStore events,
            PatientKeys keys,
            JdbcClient jdbc,
            TransactionOperations transactions) {
        this.ledger = ledger;
        this.journal = journal;
        this.events = events;
        this.keys = keys;
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /** Once per start, when everything is wired and nothing listens yet. */
    @Override
    public void afterSingletonsInstantiated() {
        journal.read(this::replayLost);
        copyToJournal();
    }

    private void replayLost(List<Erasure> piece) {
        Map<String, Erasure> entered = ledger.find(piece).stream().collect(toMap(Erasure::id, identity()));
        for (Erasure journaled : piece) {
            if (isLost(journaled, entered.get(journaled.id()))) {
                // Of many, one transaction for all would be ended by the database, at each start anew.
                transactions.executeWithoutResult(status -> replay(journaled));
            }
        }
    }

    private static boolean isLost(Erasure journaled, @Nullable Erasure entered) {
        return entered == null || (journaled.keyDestroyedAt() != null && entered.keyDestroyedAt() == null);
    }

    private void replay(Erasure journaled) {
        // Nodes that start at once must not each do it.
        AdvisoryLock.REPLAY_OF_ERASURES.lock(jdbc);
        Erasure erasure = ledger.find(journaled.id()).orElse(null);
        if (erasure == null) {
            LOG.warn("Patient {} is erased again: the database is older than the erasure journal", journaled.id());
            keys.reserve(journaled.id(), journaled.patientId(), journaled.erasedAt());
            ledger.enter(journaled);
            events.appendLast(new PatientErased(journaled.id(), journaled.reason()), metadata(journaled));
            erasure = ledger.find(journaled.id()).orElseThrow();
        }
        if (journaled.keyDestroyedAt() != null && erasure.keyDestroyedAt() == null) {
            ledger.destroyKey(journaled.id(), journaled.keyDestroyedAt());
        }
    }

    /** As the lost event had it. */
    private static Map<String, String> metadata(Erasure erasure) {
        Map<String, String> metadata = new HashMap<>(new HomeBranch(erasure.branchId(), null).metadata());
        metadata.put(Caller.CLIENT, erasure.actor().client());
        metadata.put(Caller.SUBJECT, erasure.actor().subject());
        metadata.put(Caller.REQUEST_ID, erasure.requestId());
        return metadata;
    }

    /**
     * Enters a patient who is to be erased and frees what it claimed, in the current transaction. The event is for the
     * caller to append.
     *
     * @param immediate whether the key is destroyed too
     * @param caller as it is kept with events
     * @throws LegalHold when the law keeps the key
     */
    public Erasure enter(PatientProfile patient, ErasureReason reason, boolean immediate, Map<String, ?> caller) {
        Erasure erasure = ledger.enter(patient, reason, caller);
        return immediate ? ledger.destroyKey(erasure) : erasure;
    }

    /** @throws LegalHold when the law keeps the key */
    public Erasure destroyKey(Erasure erasure) {
        return requireNonNull(transactions.execute(status -> ledger.destroyKey(erasure)));
    }

    /** The journal's copy of an erasure that was committed; to be called before it is answered. */
    public Erasure journaled(Erasure erasure) {
        journal.append(List.of(erasure));
        return erasure;
    }

    /** Empty for whoever was not erased, or is no patient at all. */
    public Optional<Erasure> find(String patientId) {
        return ledger.find(patientId);
    }

    /** Of all who were erased since then. */
    public List<String> patientIds(Instant since) {
        return jdbc.sql("SELECT patient_id FROM erasure WHERE erased_at >= ? ORDER BY erased_at")
                .param(since.atOffset(ZoneOffset.UTC))
                .query((row, n) -> row.getString(1))
                .list();
    }

    /** Who of these was erased. */
    public Set<String> erasedAmong(Collection<String> patientIds) {
        return Set.copyOf(jdbc.sql("SELECT patient_id FROM erasure WHERE patient_id = ANY (?)")
                .param(SqlArrays.uuids(patientIds))
                .query((row, n) -> row.getString(1))
                .list());
    }

    /** When somebody was first erased, or found in the index, after the search engine's files were last rid of the erased. */
    public Optional<Instant> indexPurgeDueSince() {
        return jdbc.sql("SELECT least((SELECT min(erased_at) FROM erasure WHERE erased_at >= last),"
                        + " (SELECT min(since) FROM index_purge_due WHERE since >= last))"
                        + " FROM (SELECT coalesce(max(started_at), '-infinity') AS last FROM index_purge)")
                .query(OffsetDateTime.class)
                .optional()
                .map(OffsetDateTime::toInstant);
    }

    /** Somebody who was erased, perhaps long ago, is in the index, and so in the search engine's files. */
    public void indexPurgeIsDue(Instant since) {
        jdbc.sql("INSERT INTO index_purge_due (since) VALUES (?) ON CONFLICT DO NOTHING")
                .param(since.atOffset(ZoneOffset.UTC))
                .update();
    }

    /**
     * Whoever was erased just before counts as left in the files until the next time.
     *
     * @param startedAt when it was begun to replace everybody who was erased by a tombstone
     */
    public void indexPurged(Instant startedAt) {
        jdbc.sql("INSERT INTO index_purge (started_at) VALUES (?) ON CONFLICT DO NOTHING")
                .param(startedAt.minus(SEEN_AFTER).atOffset(ZoneOffset.UTC))
                .update();
    }

    /**
     * Everything that the ledger has and the journal has not: of other nodes, where each has a file of its own, be it one that
     * erases nobody. At a fixed rate, beside the jobs of every few seconds, which all share one thread.
     */
    @Scheduled(fixedRateString = "${patients.erasure.check-every:1h}")
    void copyToJournal() {
        ledger.read(ErasureJournal.PIECE, journal::append);
    }

    /** Destroys the keys of all erased patients whom no law keeps any longer. */
    public void destroyDueKeys() {
        List<Erasure> destroyed = new ArrayList<>();
        do {
            destroyed.clear();
            transactions.executeWithoutResult(status -> destroyed.addAll(ledger.destroyDueKeys(KEYS_AT_A_TIME)));
            journal.append(destroyed);
        } while (!destroyed.isEmpty());
    }
}
