package org.patientsapi.query.search;

import java.util.List;

/**
 * What a search text asks for, in no search engine's language. Points are whole numbers and depend on nothing but the
 * patient's own tokens, so that an order once shown does not shift while others register.
 */
public sealed interface Clause {

    /** A test that a patient passes or not; it gives no points by itself. */
    sealed interface Filter {}

    /** The field holds the token. */
    record Term(SearchField field, String token) implements Filter {}

    /** The field holds at least one of the tokens. */
    record AnyTerm(SearchField field, List<String> tokens) implements Filter {
        public AnyTerm {
            tokens = List.copyOf(tokens);
        }
    }

    /** The field holds a token that begins so. */
    record Prefix(SearchField field, String start) implements Filter {}

    /**
     * The field holds a token with the same first letter that at most two errors make of this one; engines stop at some number of
     * such tokens. Without the first letter they would have to walk all names, and it is seldom mistyped.
     */
    record Fuzzy(SearchField field, String token) implements Filter {}

    /** Passing the filter gives the points; Elasticsearch calls it {@code constant_score}. */
    record Scored(Filter filter, int points) implements Clause {}

    /**
     * Every clause of {@code required} must match, any of {@code bonus} may; the points of all that match are added up
     * ({@code bool} with {@code must} and {@code should}). {@code required} is never empty.
     */
    record AllOf(List<Clause> required, List<Clause> bonus) implements Clause {
        public AllOf {
            required = notEmpty(required);
            bonus = List.copyOf(bonus);
        }
    }

    /** At least one must match and the best one counts ({@code dis_max} without tie breaker). Never empty. */
    record BestOf(List<Clause> alternatives) implements Clause {
        public BestOf {
            alternatives = notEmpty(alternatives);
        }
    }

    static Clause scored(Filter filter, int points) {
        return new Scored(filter, points);
    }

    static Clause best(Clause... alternatives) {
        return new BestOf(List.of(alternatives));
    }

    /** Elasticsearch would refuse the whole search. */
    private static List<Clause> notEmpty(List<Clause> clauses) {
        if (clauses.isEmpty()) {
            throw new IllegalArgumentException("A clause of several has none");
        }
        return List.copyOf(clauses);
    }

    /** Matches nobody: the text held nothing that can be searched. */
    record Nobody() implements Clause {}
}
