package org.patientsapi.values;

import java.util.Optional;
import java.util.UUID;

/** Ids as they are written (RFC 9562). */
public final class Uuids {

    private static final int LENGTH = 36;

    private Uuids() {}

    /** Empty for what is no id. Java reads shortened UUIDs too; only the whole form is an id. */
    public static Optional<UUID> parse(String text) {
        try {
            return text.length() == LENGTH ? Optional.of(UUID.fromString(text)) : Optional.empty();
        } catch (IllegalArgumentException noUuid) {
            return Optional.empty();
        }
    }

    /** The id as it is kept: in capitals it is the same. What is no id stays what it is. */
    public static String asKept(String text) {
        return parse(text).map(UUID::toString).orElse(text);
    }
}
