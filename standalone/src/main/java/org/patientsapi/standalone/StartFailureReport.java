package org.patientsapi.standalone;

import org.patientsapi.embedded.BackendStartException;
import org.patientsapi.platform.lifecycle.StartRefusedException;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Where one sentence says what keeps Spring from starting, says that one in place of Spring's report. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartFailureReport implements SpringBootExceptionReporter {

    @Override
    public boolean reportException(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BackendStartException sentence) {
                PatientsApi.say(sentence);
                return true;
            }
            if (cause instanceof StartRefusedException sentence) {
                PatientsApi.sayCannotStart(sentence);
                return true;
            }
        }
        return false;
    }
}
