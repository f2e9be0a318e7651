package org.patientsapi.query.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.patientsapi.platform.vault.KeyVault;

/**
 * Stands in for an id where the person must not be known: always the same for the same id, and of no use for finding the id
 * without the vault. Written as a UUID of version 8 (RFC 9562), which tells it from the ids themselves.
 *
 * <p>Events and visits have pseudonyms too, because their own ids (UUIDv7) tell the millisecond, and so does the patient's
 * {@code id}: the two could be put together.
 */
final class Pseudonyms {

    private final KeyedHash hash;

    Pseudonyms(KeyVault vault) {
        hash = new KeyedHash(vault.derive("event feed pseudonyms"));
    }

    String patient(String id) {
        return of("patient", id);
    }

    String event(String id) {
        return of("event", id);
    }

    String visit(String id) {
        return of("visit", id);
    }

    String provider(String id) {
        return of("provider", id);
    }

    private String of(String kind, String id) {
        ByteBuffer bytes = ByteBuffer.wrap(hash.of((kind + '\0' + id).getBytes(UTF_8)));
        long high = (bytes.getLong() & ~0xF000L) | 0x8000L;
        long low = (bytes.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }
}
