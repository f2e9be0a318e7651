package org.patientsapi.query.feed;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.OptionalLong;
import org.patientsapi.platform.vault.KeyVault;

/**
 * A place in the log as a client holds it: the same on every node and after every restart, sealed, so that nobody can make
 * one up, and hidden, so that nobody can tell how two are related: not even those of one event in two tiers.
 */
final class FeedCursors {

    private static final int BYTES = 2 * Long.BYTES;

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

    /** Empty for what is no cursor of this installation in this tier: read in both, it would tell which two are of one event. */
    OptionalLong place(String cursor, FeedTier tier) {
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
        long place = hidden ^ hash(Use.HIDE, tier, seal);
        return seal == hash(Use.SEAL, tier, place) ? OptionalLong.of(place) : OptionalLong.empty();
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
