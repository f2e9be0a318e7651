package org.patientsapi.platform.observability;

import static java.util.stream.Collectors.joining;

import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.boot.logging.StackTracePrinter;
import org.springframework.boot.logging.StandardStackTracePrinter;

/**
 * An exception as it may be logged: its classes and frames say where the program went wrong. The messages stay out, because
 * any library may quote a value in one, and values here are people's names and phone numbers.
 */
public final class StackTrace {

    private static final int MOST_FRAMES = 40;
    private static final int DEEPEST_CAUSE = 10;

    static final StackTracePrinter WITHOUT_MESSAGES = StandardStackTracePrinter.rootLast()
            .withoutSuppressed()
            .withMaximumThrowableDepth(MOST_FRAMES)
            .withFormatter(failure -> failure.getClass().getName());

    private StackTrace() {}

    public static String withoutMessages(Throwable failure) {
        return WITHOUT_MESSAGES.printStackTraceToString(failure);
    }

    /** The classes alone, on one line. */
    public static String classes(Throwable failure) {
        return causes(failure).map(cause -> cause.getClass().getName()).collect(joining(" < "));
    }

    /** What was thrown and what that was caused by, from the outside in; not for ever, where an exception causes itself. */
    public static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(DEEPEST_CAUSE);
    }
}
