package org.patientsapi.values;

import java.util.List;

/** Everything that is wrong with a request, at once; answered with 400. Has no stack trace and carries no given value. */
public final class InvalidFields extends RuntimeException {

    private final transient List<Problem> problems;

    public InvalidFields(List<Problem> problems) {
        super(
                "The request has " + problems.size() + (problems.size() == 1 ? " problem." : " problems."),
                null,
                false,
                false);
        this.problems = List.copyOf(problems);
    }

    /** Of a single one: code and message are as in {@link Problem}. */
    public InvalidFields(String field, String code, String message) {
        this(List.of(new Problem(field, code, message)));
    }

    public List<Problem> problems() {
        return problems;
    }
}
