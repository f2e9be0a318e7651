package org.patientsapi.values;

/** Why somebody is erased. A code that an event or the erasure ledger may carry is never taken away. */
public enum ErasureReason {
    /** The person asked for it. */
    PATIENT_REQUEST("patient_request"),
    COURT_ORDER("court_order"),
    /** The record should never have been made. */
    REGISTERED_IN_ERROR("registered_in_error"),
    /** The law no longer asks for the record to be kept. */
    RETENTION_ENDED("retention_ended");

    private final String code;

    ErasureReason(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }

    /**
     * One of the codes, as it is written.
     *
     * @throws InvalidValue {@code invalid_format}
     */
    public static ErasureReason parse(String raw) {
        for (ErasureReason reason : values()) {
            if (reason.code.equals(raw)) {
                return reason;
            }
        }
        throw InvalidValue.invalidFormat("One of patient_request, court_order, registered_in_error, retention_ended.");
    }

    @Override
    public String toString() {
        return code;
    }
}
