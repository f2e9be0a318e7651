package org.patientsapi.platform.observability;

import java.util.ArrayList;
import java.util.List;

/**
 * An exception as it may be logged: its classes and frames say where the program went wrong. The messages stay out, because
 * any library may quote a value in one, and values here are people's names and phone numbers.
 */
public final class StackTrace {

    private static final int MOST_FRAMES = 40;
    private static final int DEEPEST_CAUSE = 8;

    private StackTrace() {}

    public static String withoutMessages(Throwable failure) {
        StringBuilder trace = new StringBuilder();
        for (Throwable cause : causes(failure)) {
            trace.append(trace.isEmpty() ? "" : "\nCaused by: ")
                    .append(cause.getClass().getName());
            StackTraceElement[] frames = cause.getStackTrace();
            for (int i = 0; i < Math.min(frames.length, MOST_FRAMES); i++) {
                trace.append("\n\tat ").append(frames[i]);
            }
        }
        return trace.toString();
    }

    /** The classes alone, on one line. */
    public static String classes(Throwable failure) {
        return String.join(
                " < ",
                causes(failure).stream()
                        .map(cause -> cause.getClass().getName())
                        .toList());
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && causes.size() < DEEPEST_CAUSE; cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }
}
