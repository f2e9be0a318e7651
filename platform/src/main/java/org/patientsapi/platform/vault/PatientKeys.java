package org.patientsapi.platform.vault;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Random;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.vault.PatientKey.Destroyed;
import org.patientsapi.platform.vault.PatientKey.Live;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * One data key per patient, wrapped by the vault and kept beside the data, so that destroying one row makes one patient's
 * data unreadable everywhere, in backups too. Unwrapped keys are kept in memory for a bounded time.
 */
public final class PatientKeys {

    private static final Logger LOG = LoggerFactory.getLogger(PatientKeys.class);
    private static final int KEY_BYTES = 32;

    private final JdbcClient jdbc;
    private final KeyVault vault;
    private final Cache<String, Live> unwrapped;
    private final Live lasting;

    /** @param keptFor after which another node's destruction of a key is certainly noticed here */
    public PatientKeys(JdbcClient jdbc, KeyVault vault, int kept, Duration keptFor) {
        this.jdbc = jdbc;
        this.vault = vault;
        this.unwrapped = Caffeine.newBuilder()
                .maximumSize(kept)
                .expireAfterWrite(keptFor)
                .build();
        this.lasting = live(vault.derive("lasting events"));
    }

    /** For what may be read when its patient's key is destroyed, because it says nothing about the person. */
    public Live lasting() {
        return lasting;
    }

    /**
     * Makes a patient's key, in the current transaction; to be called before the first event is appended.
     *
     * @throws org.springframework.dao.DuplicateKeyException when the id or the number is taken
     */
    public void create(String patientId, String patientNumber) {
        byte[] key = Random.randBytes(KEY_BYTES);
        jdbc.sql("insert into patient_key (patient_id, patient_number, wrapped_key) values (?, ?, ?)")
                .params(UUID.fromString(patientId), patientNumber, vault.wrap(key, patientId))
                .update();
        keepAfterCommit(patientId, live(key));
    }

    /** Sees to it that a patient who is known to be erased never gets a key, nor anybody else its number. */
    public void reserve(String patientId, String patientNumber, Instant erasedAt) {
        jdbc.sql("insert into patient_key (patient_id, patient_number, destroyed_at) values (?, ?, ?)"
                        + " on conflict (patient_id) do nothing")
                .params(UUID.fromString(patientId), patientNumber, erasedAt.atOffset(ZoneOffset.UTC))
                .update();
    }

    /** Empty for a patient who never had a key. */
    public Optional<PatientKey> key(String patientId) {
        return Optional.ofNullable(keys(List.of(patientId)).get(patientId));
    }

    /** The keys of many patients by one query at most. Who never had a key is not in the map. */
    public Map<String, PatientKey> keys(Collection<String> patientIds) {
        Map<String, PatientKey> found = new HashMap<>();
        List<UUID> unknown = new ArrayList<>();
        for (String patientId : patientIds) {
            Live kept = kept(patientId);
            if (kept == null) {
                unknown.add(UUID.fromString(patientId));
            } else {
                found.put(patientId, kept);
            }
        }
        if (!unknown.isEmpty()) {
            jdbc.sql("select patient_id, wrapped_key from patient_key where patient_id = any (?)")
                    .param(new SqlArrayValue("uuid", unknown.toArray()))
                    .query(row -> {
                        addUnwrapped(row.getString(1), row.getBytes(2), found);
                    });
        }
        return found;
    }

    /** The {@code id} of the patient whose card bears this number, of forgotten patients too. */
    Optional<String> patientIdOf(String patientNumber) {
        return jdbc.sql("select patient_id from patient_key where patient_number = ?")
                .param(patientNumber)
                .query((row, n) -> row.getString(1))
                .optional();
    }

    /** How many patients were ever enrolled, forgotten ones too. */
    public long count() {
        return jdbc.sql("select count(*) from patient_key").query(Long.class).single();
    }

    /**
     * Makes everything that was encrypted for this patient unreadable, for ever, in the current transaction. The database
     * refuses it for whoever does not stand in the erasure ledger, or is still held by law.
     */
    public void destroy(String patientId, Instant at) {
        jdbc.sql("update patient_key set wrapped_key = null, destroyed_at = ?"
                        + " where patient_id = ? and wrapped_key is not null")
                .params(at.atOffset(ZoneOffset.UTC), UUID.fromString(patientId))
                .update();
        forgetAfterCommit(patientId);
    }

    private void addUnwrapped(String patientId, byte @Nullable [] wrapped, Map<String, PatientKey> found) {
        if (wrapped == null) {
            found.put(patientId, new Destroyed());
            return;
        }
        try {
            Live key = live(vault.unwrap(wrapped, patientId));
            unwrapped.put(patientId, key);
            found.put(patientId, key);
        } catch (VaultException e) {
            // One damaged key must not stop the reading of everybody else's events.
            LOG.error("The data key of patient {} cannot be unwrapped", patientId, e);
        }
    }

    private static Live live(byte[] key) {
        try {
            return new Live(new AesGcmJce(key));
        } catch (GeneralSecurityException e) {
            throw new VaultException("A data key could not be used", e);
        }
    }

    private @Nullable Live kept(String patientId) {
        Map<String, Live> created = createdInTransaction();
        Live key = created == null ? null : created.get(patientId);
        return key != null ? key : unwrapped.getIfPresent(patientId);
    }

    /** A key whose row may still be rolled back belongs to the transaction, and to all only after the commit. */
    private void keepAfterCommit(String patientId, Live key) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            unwrapped.put(patientId, key);
            return;
        }
        Map<String, Live> created = createdInTransaction();
        if (created == null) {
            Map<String, Live> fresh = new HashMap<>();
            TransactionSynchronizationManager.bindResource(this, fresh);
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    unwrapped.putAll(fresh);
                }

                @Override
                public void afterCompletion(int status) {
                    TransactionSynchronizationManager.unbindResourceIfPossible(PatientKeys.this);
                }
            });
            created = fresh;
        }
        created.put(patientId, key);
    }

    @SuppressWarnings("unchecked") // only this class binds a resource under itself
    private @Nullable Map<String, Live> createdInTransaction() {
        return (Map<String, Live>) TransactionSynchronizationManager.getResource(this);
    }

    private void forgetAfterCommit(String patientId) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            unwrapped.invalidate(patientId);
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                unwrapped.invalidate(patientId);
            }
        });
    }
}
