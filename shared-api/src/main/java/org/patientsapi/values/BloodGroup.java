package org.patientsapi.values;

/** ABO and Rhesus group, and Oh, the Bombay phenotype, which takes no blood but its own. A code is never taken away. */
public enum BloodGroup {
    A_POSITIVE("A+"),
    A_NEGATIVE("A-"),
    B_POSITIVE("B+"),
    B_NEGATIVE("B-"),
    AB_POSITIVE("AB+"),
    AB_NEGATIVE("AB-"),
    O_POSITIVE("O+"),
    O_NEGATIVE("O-"),
    BOMBAY("Oh"),
    UNKNOWN("unknown");

    private final String code;

    BloodGroup(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }

    /**
     * One of the codes, in capitals or not; a typographic minus counts as a hyphen.
     *
     * @throws InvalidValue {@code required} or {@code invalid_format}
     */
    public static BloodGroup parse(String raw) {
        if (raw.isBlank()) {
            throw InvalidValue.required();
        }
        String text = raw.length() > 20 ? "" : Characters.trim(raw).replace('\u2212', '-');
        for (BloodGroup group : values()) {
            if (group.code.equalsIgnoreCase(text)) {
                return group;
            }
        }
        throw InvalidValue.invalidFormat("One of A+, A-, B+, B-, AB+, AB-, O+, O-, Oh, unknown.");
    }

    @Override
    public String toString() {
        return code;
    }
}
