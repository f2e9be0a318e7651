package org.patientsapi.platform.vault;

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

    /**
     * Keyed hash (HMAC-SHA-256, 32 bytes) by which equal values are recognised without being kept.
     *
     * @param kind what is hashed, such as {@code phone+birth}: equal values of two kinds have different hashes
     */
    byte[] claimHash(String kind, String canonicalValue);

    /** A secret of 32 bytes, the same for the same purpose for ever: for permutations and pseudonyms. */
    byte[] derive(String purpose);
}
