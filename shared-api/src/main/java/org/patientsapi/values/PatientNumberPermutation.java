package org.patientsapi.values;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Turns a counter into patient numbers that cannot be guessed from one another and never repeat: a keyed bijection on 0 to
 * {@link PatientNumber#COUNT} (exclusive). Format-preserving encryption by a balanced Feistel network over the smallest even
 * number of bits that holds the domain, with HMAC-SHA-256 as its round function; a result outside the domain is encrypted
 * again until it falls inside ("cycle walking"), 1.07 times on average here. Source: J. Black and P. Rogaway, Ciphers with
 * Arbitrary Finite Domains, CT-RSA 2002; ten rounds as in NIST SP 800-38G (FF1).
 *
 * <p>The key must stay the same for as long as the counter runs: under another one numbers would come up again. Safe for use
 * by several threads.
 */
public final class PatientNumberPermutation {

    private static final int ROUNDS = 10;
    private static final int SHORTEST_KEY = 16;
    private static final String MAC = "HmacSHA256";
    private static final byte[] PURPOSE = "patient-number/1".getBytes(StandardCharsets.US_ASCII);

    private final SecretKeySpec key;
    private final long size;
    private final int halfBits;

    /**
     * @param key at least 16 random bytes, used for nothing else
     * @throws IllegalArgumentException if the key is shorter
     */
    public PatientNumberPermutation(byte[] key) {
        this(key, PatientNumber.COUNT);
    }

    /** For tests, which can look at every number of a small domain. */
    PatientNumberPermutation(byte[] key, long size) {
        if (key.length < SHORTEST_KEY) {
            throw new IllegalArgumentException("The key of the patient numbers has at least 16 bytes");
        }
        this.key = new SecretKeySpec(key, MAC);
        this.size = size;
        int bits = Long.SIZE - Long.numberOfLeadingZeros(size - 1);
        this.halfBits = Math.max(1, (bits + 1) / 2);
    }

    /**
     * The counter's place in the permutation.
     *
     * @throws IllegalStateException if the counter has left the domain: every number has been given away
     */
    public long permute(long counter) {
        if (counter < 0 || counter >= size) {
            throw new IllegalStateException("The counter of the patient numbers is outside 0 to " + (size - 1));
        }
        Mac mac = mac();
        long number = counter;
        do {
            number = encrypt(number, mac);
        } while (number >= size);
        return number;
    }

    private long encrypt(long number, Mac mac) {
        long mask = (1L << halfBits) - 1;
        long left = number >>> halfBits;
        long right = number & mask;
        for (int round = 0; round < ROUNDS; round++) {
            long mixed = left ^ (scramble(round, right, mac) & mask);
            left = right;
            right = mixed;
        }
        return left << halfBits | right;
    }

    private long scramble(int round, long half, Mac mac) {
        mac.update(PURPOSE);
        ByteBuffer input = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + Long.BYTES);
        mac.update(input.putLong(size).putInt(round).putLong(half).array());
        return ByteBuffer.wrap(mac.doFinal()).getLong();
    }

    private Mac mac() {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every Java has HmacSHA256", impossible);
        }
    }
}
