package org.patientsapi.values;

import java.util.Locale;

/** FHIR's administrative gender. A code that an event may carry is never taken away. */
public enum Gender {
    MALE("male"),
    FEMALE("female"),
    OTHER("other"),
    UNKNOWN("unknown");

    private final String code;

    Gender(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }

    /**
     * One of the codes, or ABDM's letter for it (M, F, O, U), in capitals or not.
     *
     * @throws InvalidValue {@code required} or {@code invalid_format}
     */
    public static Gender parse(String raw) {
        if (raw.isBlank()) {
            throw InvalidValue.required();
        }
        return switch (raw.length() > 20 ? "" : Characters.trim(raw).toLowerCase(Locale.ROOT)) {
            case "male", "m" -> MALE;
            case "female", "f" -> FEMALE;
            case "other", "o" -> OTHER;
            case "unknown", "u" -> UNKNOWN;
            default -> throw InvalidValue.invalidFormat("One of male, female, other, unknown.");
        };
    }

    @Override
    public String toString() {
        return code;
    }
}
