package org.patientsapi.platform.erasure;

/** The erasure journal is damaged. The message, one sentence for the operator, is all that a start then ends with. */
public final class ErasureJournalException extends RuntimeException {

    ErasureJournalException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
