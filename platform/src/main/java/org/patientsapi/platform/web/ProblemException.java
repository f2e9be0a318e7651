package org.patientsapi.platform.web;

/** Ends a request with a problem document. Has no stack trace: it reports on the request and not on the program. */
public final class ProblemException extends RuntimeException {

    private final transient HttpProblem problem;

    ProblemException(HttpProblem problem) {
        super(problem.type().code(), null, false, false);
        this.problem = problem;
    }

    HttpProblem problem() {
        return problem;
    }
}
