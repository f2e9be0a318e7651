package org.patientsapi.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.patientsapi.query.search.SearchQuery;

/**
 * A place in an order that does not shift while others are added: a sort value, and the id of what is there. A client holds it
 * as a cursor, together with the mark of the list that it is a place in.
 *
 * @param attempt of {@link SearchQuery#clause} among whose people it is a place
 */
record Position(double value, String id, int attempt) {

    private static final Pattern ATTEMPT = Pattern.compile("\\d");
    private static final int PARTS = 4;

    Position(double value, String id) {
        this(value, id, 0);
    }

    /** Empty for what is no cursor of this API. */
    static Optional<Position> of(String cursor) {
        try {
            String[] parts = parts(cursor);
            double value = Double.parseDouble(parts[0]);
            return parts.length == PARTS && ATTEMPT.matcher(parts[2]).matches() && Double.isFinite(value)
                    ? Optional.of(new Position(value, parts[1], Integer.parseInt(parts[2])))
                    : Optional.empty();
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    /** @param cursor of this API */
    static boolean isOf(String list, String cursor) {
        return parts(cursor)[PARTS - 1].equals(list);
    }

    private static String[] parts(String cursor) {
        return new String(Base64.getUrlDecoder().decode(cursor), UTF_8).split(" ", -1);
    }

    /**
     * As a client holds it.
     *
     * @param list by {@link ListMarks}
     */
    String cursor(String list) {
        String text = String.join(" ", Double.toString(value), id, Integer.toString(attempt), list);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    Position atAttempt(int other) {
        return new Position(value, id, other);
    }
}
