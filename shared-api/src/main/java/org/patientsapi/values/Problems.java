package org.patientsapi.values;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects, in order, what is wrong with a request, so that the caller hears of everything at once. Keeps the first
 * {@value #LIMIT} problems only: a hostile body must not make an answer of any size it likes. Not safe for use by several
 * threads.
 */
public final class Problems {

    static final int LIMIT = 100;

    private final List<Problem> found = new ArrayList<>();

    public void add(String field, String code, String message) {
        if (found.size() < LIMIT) {
            found.add(new Problem(field, code, message));
        }
    }

    /** Notes what is wrong with another part of the request after what is wrong with this one. */
    public void addAll(Problems others) {
        others.found.forEach(problem -> add(problem.field(), problem.code(), problem.message()));
    }

    /** The parsed value, or null if it was refused, which is then noted under the field. */
    public <T> @Nullable T collect(String field, Supplier<T> parse) {
        try {
            return parse.get();
        } catch (InvalidValue refused) {
            add(field, refused.code(), refused.getMessage());
            return null;
        }
    }

    /** Like {@link #collect}, for a field that may be absent: null stays null and is no problem. */
    public <T> @Nullable T optional(String field, @Nullable String raw, Function<String, T> parse) {
        return raw == null ? null : collect(field, () -> parse.apply(raw));
    }

    /** Whether anything is wrong with just this field. */
    public boolean areOf(String field) {
        return found.stream().anyMatch(problem -> problem.field().equals(field));
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    public List<Problem> toList() {
        return List.copyOf(found);
    }

    /**
     * Ends the check of a request.
     *
     * @throws InvalidFields if anything was noted
     */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new InvalidFields(found);
        }
    }
}
