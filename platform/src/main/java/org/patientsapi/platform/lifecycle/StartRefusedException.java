package org.patientsapi.platform.lifecycle;

import java.util.Objects;

/**
 * What the process was started with does not belong together or is damaged, and to start all the same would do harm. The
 * message, one sentence for the operator, is all that the start then ends with.
 */
public final class StartRefusedException extends RuntimeException {

    public StartRefusedException(String message) {
        super(message);
    }

    /** @param failure whose message names the file, and whose cause is why it cannot be used */
    public static StartRefusedException unusable(RuntimeException failure) {
        Throwable cause = Objects.requireNonNullElse(failure.getCause(), failure);
        return new StartRefusedException(
                failure.getMessage() + " (" + cause.getClass().getSimpleName()
                        + "): let the user whom this node runs as own it and its folder, and put back a copy of what is damaged.");
    }
}
