package org.patientsapi.query.feed;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalLong;
import org.patientsapi.platform.vault.KeyVault;

/**
 * A place in the log as a client holds it: the same on every node and after every restart, and sealed, so that nobody can
 * make one up or come to depend on what is in it.
 */
final class FeedCursors {

    private static final int SEAL_BYTES = 8;
    private static final int BYTES = Long.BYTES + SEAL_BYTES;

    private final KeyedHash hash;

    FeedCursors(KeyVault vault) {
        hash = new KeyedHash(vault.derive("event feed cursors"));
    }

    String cursor(long place) {
        byte[] plain = ByteBuffer.allocate(Long.BYTES).putLong(place).array();
        byte[] sealed = ByteBuffer.allocate(BYTES).put(plain).put(seal(plain)).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    }

    /** Empty for what is no cursor of this installation. */
    OptionalLong place(String cursor) {
        byte[] sealed;
        try {
            sealed = Base64.getUrlDecoder().decode(cursor);
        } catch (IllegalArgumentException notOurs) {
            return OptionalLong.empty();
        }
        if (sealed.length != BYTES) {
            return OptionalLong.empty();
        }
        byte[] plain = Arrays.copyOf(sealed, Long.BYTES);
        byte[] seal = Arrays.copyOfRange(sealed, Long.BYTES, BYTES);
        return MessageDigest.isEqual(seal, seal(plain))
                ? OptionalLong.of(ByteBuffer.wrap(plain).getLong())
                : OptionalLong.empty();
    }

    private byte[] seal(byte[] plain) {
        return Arrays.copyOf(hash.of(plain), SEAL_BYTES);
    }
}
