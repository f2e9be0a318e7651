package org.patientsapi.query.feed;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalLong;
import org.patientsapi.platform.vault.KeyVault;

/**
 * A place in the log as a client holds it: the same on every node and after every restart, sealed, so that nobody can make
 * one up, and hidden, so that nobody can tell how two are related: not even those of one event in two tiers.
 */
final class FeedCursors {

    private static final int SEAL_BYTES = 8;
    private static final int BYTES = Long.BYTES + SEAL_BYTES;

    private final KeyedHash hash;

    FeedCursors(KeyVault vault) {
        hash = new KeyedHash(vault.derive("event feed cursors"));
    }

    String cursor(long place, FeedTier tier) {
        long seal = hash(Use.SEAL, tier, place);
        byte[] hidden = ByteBuffer.allocate(BYTES)
                .putLong(place ^ hash(Use.HIDE, tier, seal))
                .putLong(seal)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hidden);
    }

    /** Of either tier; empty for what is no cursor of this installation. */
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
        long hidden = ByteBuffer.wrap(sealed).getLong();
        long seal = ByteBuffer.wrap(sealed).getLong(Long.BYTES);
        for (FeedTier tier : FeedTier.values()) {
            long place = hidden ^ hash(Use.HIDE, tier, seal);
            if (seal == hash(Use.SEAL, tier, place)) {
                return OptionalLong.of(place);
            }
        }
        return placeInTheClear(sealed);
    }

    /** Of a cursor as they were given out before they were hidden. */
    private OptionalLong placeInTheClear(byte[] sealed) {
        byte[] plain = Arrays.copyOf(sealed, Long.BYTES);
        byte[] seal = Arrays.copyOfRange(sealed, Long.BYTES, BYTES);
        return MessageDigest.isEqual(seal, Arrays.copyOf(hash.of(plain), SEAL_BYTES))
                ? OptionalLong.of(ByteBuffer.wrap(plain).getLong())
                : OptionalLong.empty();
    }

    private enum Use {
        SEAL,
        HIDE
    }

    private long hash(Use use, FeedTier tier, long value) {
        byte[] input = (use + " " + tier.path() + " " + value).getBytes(US_ASCII);
        return ByteBuffer.wrap(hash.of(input)).getLong();
    }
}
