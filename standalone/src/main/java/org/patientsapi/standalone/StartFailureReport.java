package org.patientsapi.standalone;

import org.patientsapi.embedded.BackendStartException;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Where the backends keep Spring from starting, says their one sentence in place of Spring's stack trace. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartFailureReport implements SpringBootExceptionReporter {

    @Override
    public boolean reportException(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BackendStartException sentence) {
                PatientsApi.say(sentence);
                return true;
            }
        }
        return false;
    }
}
