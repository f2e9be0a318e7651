package org.patientsapi.platform.vault;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.patientsapi.platform.database.AdvisoryLock;
import org.patientsapi.platform.lifecycle.StartRefusedException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Opens the vault that belongs to the database, or makes one for a database that has none yet. The database keeps a
 * fingerprint, from which no key can be told, so that a lost or foreign file is noticed before anything is written.
 */
public final class VaultOpening {

    private final Path file;
    private final JdbcClient jdbc;
    private final TransactionOperations transactions;
    private final Clock clock;

    public VaultOpening(Path file, JdbcClient jdbc, TransactionOperations transactions, Clock clock) {
        this.clock = clock;
        this.file = file;
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /**
     * The vault of this database.
     *
     * @throws StartRefusedException when file and database do not belong together, or the file cannot be used
     */
    public KeyVault open() {
        KeyVault vault = transactions.execute(status -> {
            // Two nodes that start for the first time at once must not each make a vault.
            AdvisoryLock.FIRST_OPENING_OF_THE_VAULT.lock(jdbc);
            try {
                return openLocked();
            } catch (VaultException unusable) {
                throw StartRefusedException.unusable(unusable);
            }
        });
        checkNewestKeys(vault);
        return vault;
    }

    private KeyVault openLocked() {
        Optional<byte[]> known = jdbc.sql("select fingerprint from vault_fingerprint")
                .query(byte[].class)
                .optional();
        if (known.isEmpty()) {
            KeyVault vault = Files.notExists(file) ? FileKeyVault.create(file, clock) : FileKeyVault.open(file, clock);
            jdbc.sql("insert into vault_fingerprint (fingerprint) values (?)")
                    .param(fingerprint(vault))
                    .update();
            return vault;
        }
        // One that this user may not look for is not missing.
        if (Files.notExists(file)) {
            throw new StartRefusedException("The vault file " + file + " is missing, and without it nobody can read the"
                    + " patients in the database: put back the file that this database was started with.");
        }
        KeyVault vault = FileKeyVault.open(file, clock);
        if (!MessageDigest.isEqual(known.get(), fingerprint(vault))) {
            throw new StartRefusedException("The vault file " + file + " belongs to another database: put back the file"
                    + " that this database was started with.");
        }
        return vault;
    }

    /**
     * The last ones' keys are wrapped by the newest version of the wrapping key: ids grow with time, and a rotation begins
     * with them. Several are tried, because one damaged row is no reason to stop everybody's work.
     */
    private void checkNewestKeys(KeyVault vault) {
        List<KeyState> newest = jdbc.sql("select patient_id, wrapped_key from patient_key where wrapped_key is not null"
                        + " order by patient_id desc limit 3")
                .query((row, n) -> state(vault, row.getBytes(2), row.getString(1)))
                .list();
        if (newest.isEmpty() || newest.contains(KeyState.READABLE)) {
            return;
        }
        throw new StartRefusedException(
                newest.contains(KeyState.DESTROYED)
                        ? "The database is older than the oldest key that is left in the vault file " + file
                                + ": put back a later backup of the database, made after its data keys were wrapped anew."
                        : "The vault file " + file
                                + " is older than the database: put back its newest copy, made after its keys were last"
                                + " rotated.");
    }

    private enum KeyState {
        READABLE,
        DESTROYED,
        UNREADABLE
    }

    private static KeyState state(KeyVault vault, byte[] wrapped, String patientId) {
        try {
            vault.unwrap(wrapped, patientId);
            return KeyState.READABLE;
        } catch (VaultException e) {
            return vault.wasDestroyed(wrapped) ? KeyState.DESTROYED : KeyState.UNREADABLE;
        }
    }

    private static byte[] fingerprint(KeyVault vault) {
        return vault.derive("vault fingerprint");
    }
}
