package org.patientsapi.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.patientsapi.query.search.SearchQuery;

/**
 * A place in an order that does not shift while others are added: a sort value, and the id of what is there.
 *
 * @param attempt of {@link SearchQuery#clause} among whose people it is a place
 */
record Position(double value, String id, int attempt) {

    private static final Pattern ATTEMPT = Pattern.compile("\\d");

    Position(double value, String id) {
        this(value, id, 0);
    }

    /** Empty for what is no cursor of this API. */
    static Optional<Position> of(String cursor) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), UTF_8).split(" ", -1);
            double value = Double.parseDouble(parts[0]);
            return parts.length == 3 && ATTEMPT.matcher(parts[2]).matches() && Double.isFinite(value)
                    ? Optional.of(new Position(value, parts[1], Integer.parseInt(parts[2])))
                    : Optional.empty();
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    /** As a client holds it. */
    String cursor() {
        String text = value + " " + id + " " + attempt;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    Position atAttempt(int other) {
        return new Position(value, id, other);
    }
}
