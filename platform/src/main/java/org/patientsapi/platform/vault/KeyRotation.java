package org.patientsapi.platform.vault;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;

/**
 * Rotates the key-encryption key while the service runs: adds a version, wraps all data keys anew in small batches, and
 * destroys old versions when nothing needs them. Interrupted, it goes on where it was, because a key shows which version
 * wrapped it; any number of nodes may do it at a time.
 */
public final class KeyRotation {

    private static final Logger LOG = LoggerFactory.getLogger(KeyRotation.class);
    private static final int BATCH = 500;

    /** Longer than any transaction lives: none that is under way still wraps by an older version. */
    private static final Duration UNDER_WAY = Duration.ofMinutes(1);

    private static final UUID FIRST = new UUID(0, 0);
    private static final UUID LAST = new UUID(-1, -1);

    /** As long as {@link KeyVault#newestMark}; indexed in these words. */
    private static final String MARK = "substring(wrapped_key from 1 for 5)";

    private static final byte[] LOWEST = {};
    private static final byte[] HIGHEST = {-1, -1, -1, -1, -1};

    private final KeyVault vault;
    private final JdbcClient jdbc;
    private final Clock clock;
    private final Policy policy;

    /**
     * When a version is too old.
     *
     * @param every its longest age; {@code null} for any
     * @param madeBefore one that was made before this time is replaced, whatever its age; {@code null} for none. A time
     *     that has not come does not count yet: every new version would be made before it too
     * @param destroyAfter how long a replaced version is kept, which is as old as a backup may get; {@code null} for ever
     */
    public record Policy(
            @Nullable Duration every,
            @Nullable Instant madeBefore,
            @Nullable Duration destroyAfter) {

        Instant oldest(Instant now) {
            Instant byAge = every == null ? Instant.MIN : now.minus(every);
            return madeBefore == null || madeBefore.isAfter(now) || madeBefore.isBefore(byAge) ? byAge : madeBefore;
        }
    }

    public KeyRotation(KeyVault vault, JdbcClient jdbc, Clock clock, Policy policy) {
        this.vault = vault;
        this.jdbc = jdbc;
        this.clock = clock;
        this.policy = policy;
    }

    /** Does what is due, and returns when all data keys are wrapped by the newest version. */
    public void run() {
        Instant now = clock.instant();
        if (vault.rotate(policy.oldest(now))) {
            // An older copy does not open the database any more.
            LOG.warn("The key-encryption key was rotated: back up the vault now");
        }
        wrapAnew();
        if (policy.destroyAfter() != null) {
            Duration kept = policy.destroyAfter().compareTo(UNDER_WAY) < 0 ? UNDER_WAY : policy.destroyAfter();
            if (vault.destroyReplaced(now.minus(kept), this::isUnused)) {
                LOG.info("A replaced version of the key-encryption key was destroyed");
            }
        }
    }

    private void wrapAnew() {
        byte[] newest = vault.newestMark();
        // Around those that need nothing, who are all but always everybody.
        long done = wrapAnew(newest, HIGHEST, LAST) + wrapAnew(LOWEST, newest, FIRST);
        if (done > 0) {
            LOG.info("{} data keys were wrapped anew", done);
        }
    }

    /**
     * Those with higher marks than one, from a place in the index down. Of each mark the newest patients come first: by their
     * keys a start sees whether the vault's file is up to date.
     */
    private long wrapAnew(byte[] above, byte[] fromMark, UUID fromPatient) {
        byte[] mark = fromMark;
        UUID patient = fromPatient;
        long done = 0;
        while (true) {
            List<Wrapped> batch = jdbc.sql("SELECT patient_id, wrapped_key, " + MARK + " FROM patient_key"
                            + " WHERE wrapped_key IS NOT NULL AND " + MARK + " > ? AND (" + MARK
                            + ", patient_id) < (?, ?)"
                            + " ORDER BY " + MARK + " DESC, patient_id DESC LIMIT ?")
                    .params(above, mark, patient, BATCH)
                    .query((row, n) -> new Wrapped(row.getObject(1, UUID.class), row.getBytes(2), row.getBytes(3)))
                    .list();
            if (batch.isEmpty()) {
                return done;
            }
            done += wrapAnew(batch);
            mark = batch.getLast().mark();
            patient = batch.getLast().patientId();
        }
    }

    /** One statement, so that what is destroyed or wrapped anew meanwhile stays as it is. */
    private int wrapAnew(List<Wrapped> batch) {
        List<UUID> ids = new ArrayList<>();
        List<byte[]> before = new ArrayList<>();
        List<byte[]> after = new ArrayList<>();
        for (Wrapped each : batch) {
            String patientId = each.patientId().toString();
            try {
                after.add(vault.wrap(vault.unwrap(each.key(), patientId), patientId));
                ids.add(each.patientId());
                before.add(each.key());
            } catch (VaultException damaged) {
                LOG.error("The data key of patient {} cannot be wrapped anew", patientId, damaged);
            }
        }
        return jdbc.sql("UPDATE patient_key k SET wrapped_key = n.after FROM unnest(?, ?, ?) AS n (id, before, after)"
                        + " WHERE k.patient_id = n.id AND k.wrapped_key = n.before")
                .param(new SqlArrayValue("uuid", ids.toArray()))
                .param(new SqlArrayValue("bytea", (Object[]) before.toArray(byte[][]::new)))
                .param(new SqlArrayValue("bytea", (Object[]) after.toArray(byte[][]::new)))
                .update();
    }

    private boolean isUnused(byte[] mark) {
        return jdbc.sql("SELECT NOT EXISTS (SELECT FROM patient_key WHERE wrapped_key IS NOT NULL AND " + MARK
                        + " = ?)")
                .param(mark)
                .query(Boolean.class)
                .single();
    }

    private record Wrapped(UUID patientId, byte[] key, byte[] mark) {}
}
