package org.patientsapi.platform.vault;

import java.time.Instant;
import java.util.function.Predicate;

/**
 * Holds the keys that everything else hangs on, outside the database: a file here, a key management service elsewhere.
 * The key-encryption key is versioned: what an older version wrapped can still be unwrapped.
 */
public interface KeyVault {

    /** Encrypts a data key for keeping beside the data; it can be unwrapped for this patient only. */
    byte[] wrap(byte[] dataKey, String patientId);

    /**
     * The data key again.
     *
     * @throws VaultException when the key was wrapped by another vault, for another patient, or was damaged
     */
    byte[] unwrap(byte[] wrappedKey, String patientId);

    /** The five bytes that every key that the newest version wrapped begins with; what begins otherwise is to be wrapped anew. */
    byte[] newestMark();

    /**
     * Adds a version of the key-encryption key, by which everything is wrapped from then on, unless the newest was made
     * later than that.
     *
     * @return whether it did
     */
    boolean rotate(Instant madeBefore);

    /**
     * Destroys versions that took their leave before that time: what they wrapped, in old backups too, can be unwrapped
     * by nobody any more.
     *
     * @param unused whether no key is kept that begins with this mark; another version stays
     * @return whether there was one
     */
    boolean destroyReplaced(Instant replacedBefore, Predicate<byte[]> unused);

    /** Whether the version that wrapped this was destroyed. */
    boolean wasDestroyed(byte[] wrappedKey);

    /**
     * Keyed hash (HMAC-SHA-256, 32 bytes) by which equal values are recognised without being kept.
     *
     * @param kind what is hashed, such as {@code PHONE_AND_BIRTH}: equal values of two kinds have different hashes
     */
    byte[] keyedHash(String kind, String canonicalValue);

    /** A secret of 32 bytes, the same for the same purpose for ever: for card numbers, pseudonyms, seals. */
    byte[] derive(String purpose);
}
