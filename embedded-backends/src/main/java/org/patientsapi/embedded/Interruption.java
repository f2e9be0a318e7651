package org.patientsapi.embedded;

import org.patientsapi.embedded.BackendStartException.Reason;

/** An interrupt while waiting for a server ends the start. */
final class Interruption {

    private Interruption() {}

    static BackendStartException of(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new BackendStartException(Reason.INTERRUPTED, "The start of the backends was interrupted.", e);
    }
}
