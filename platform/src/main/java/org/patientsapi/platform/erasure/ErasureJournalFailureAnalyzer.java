package org.patientsapi.platform.erasure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** A start refused because of the journal ends with its one sentence instead of a stack trace. */
final class ErasureJournalFailureAnalyzer extends AbstractFailureAnalyzer<ErasureJournalException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ErasureJournalException cause) {
        return new FailureAnalysis(cause.getMessage(), null, cause);
    }
}
