package org.patientsapi.platform.observability;

import java.io.IOException;
import org.springframework.boot.logging.StackTracePrinter;

/** Of an exception in a JSON log line, what {@link StackTrace} lets through. */
final class MessagelessStackTrace implements StackTracePrinter {

    @Override
    public void printStackTrace(Throwable failure, Appendable out) throws IOException {
        StackTrace.WITHOUT_MESSAGES.printStackTrace(failure, out);
    }
}
