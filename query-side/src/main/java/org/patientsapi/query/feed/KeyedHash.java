package org.patientsapi.query.feed;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA-256 under one secret. */
final class KeyedHash {

    private static final String ALGORITHM = "HmacSHA256";

    private final Mac prototype;

    KeyedHash(byte[] secret) {
        try {
            prototype = Mac.getInstance(ALGORITHM);
            prototype.init(new SecretKeySpec(secret, ALGORITHM));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** 32 bytes. */
    byte[] of(byte[] input) {
        try {
            // Cheaper than a new one with its key schedule, and of use to many threads at a time.
            return ((Mac) prototype.clone()).doFinal(input);
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
