package org.patientsapi.platform.vault;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** A start refused because of the vault ends with its one sentence instead of a stack trace. */
final class VaultFailureAnalyzer extends AbstractFailureAnalyzer<VaultMismatchException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, VaultMismatchException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), null, cause);
    }
}
