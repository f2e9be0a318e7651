package org.patientsapi.platform.lifecycle;

/**
 * What the process was started with does not belong together or is damaged, and to start all the same would do harm. The
 * message, one sentence for the operator, is all that the start then ends with.
 */
public final class StartRefusedException extends RuntimeException {

    public StartRefusedException(String message) {
        super(message);
    }
}
