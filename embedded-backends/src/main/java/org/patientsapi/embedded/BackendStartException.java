package org.patientsapi.embedded;

import org.jspecify.annotations.Nullable;

/**
 * The backends could not be started. The message is one sentence for the person at the terminal: what is wrong, why,
 * and what to do; it needs no stack trace beside it.
 */
public final class BackendStartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What kept the backends from starting, for callers that decide by it. */
    public enum Reason {
        PORT_IN_USE,
        DATA_DIRECTORY_IN_USE,
        DATA_DIRECTORY_UNUSABLE,
        DISK_FULL,
        UNSUPPORTED_PLATFORM,
        DAMAGED_SOFTWARE,
        SERVER_FAILED,
        INTERRUPTED
    }

    private final Reason reason;

    BackendStartException(Reason reason, String message) {
        this(reason, message, null);
    }

    BackendStartException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
