package org.patientsapi.platform.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An error as a client gets it.
 *
 * @param detail a sentence for people, without personal data and without a trace of the cause
 * @param headers such as {@code Retry-After}
 * @param members what the type adds to the document, such as {@code errors}
 */
public record HttpProblem(ProblemType type, String detail, Map<String, String> headers, Map<String, Object> members) {

    private static final String REALM = "Bearer realm=\"patients-api\"";

    public static HttpProblem of(ProblemType type, String detail) {
        return new HttpProblem(type, detail, Map.of(), Map.of());
    }

    /** What a client is answered whose request ended with this. */
    public static HttpProblem of(Throwable failure) {
        return Failures.problem(failure);
    }

    public HttpProblem header(String name, String value) {
        return new HttpProblem(type, detail, with(headers, name, value), members);
    }

    /** @param reasons why the token that came is not enough, as RFC 6750 has them; none where there came no token */
    public HttpProblem challenge(String... reasons) {
        return header(
                "WWW-Authenticate",
                Stream.concat(Stream.of(REALM), Stream.of(reasons)).collect(Collectors.joining(", ")));
    }

    HttpProblem member(String name, Object value) {
        return new HttpProblem(type, detail, headers, with(members, name, value));
    }

    public ProblemException asException() {
        return new ProblemException(this);
    }

    private static <V> Map<String, V> with(Map<String, V> map, String name, V value) {
        Map<String, V> extended = new LinkedHashMap<>(map);
        extended.put(name, value);
        return extended;
    }
}
