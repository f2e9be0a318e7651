package org.patientsapi.platform.web;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.patientsapi.values.InvalidValue;
import org.patientsapi.values.Problems;
import tools.jackson.databind.JsonNode;

/**
 * Reads the parameters of a list, from the URL or from a search's JSON body, and collects everything that is wrong with
 * them. An empty parameter counts as absent. Parameters that nobody asks for are ignored in a URL, where others than the
 * client may have put them, and refused in a body.
 */
public final class QueryParameters {

    private static final Pattern FOUR_DIGIT_YEAR = Pattern.compile("\\d{4}-\\d{2}-\\d{2}(\\D.*)?");
    private static final String WANTED_TIME =
            "A date such as 2026-01-31, or a timestamp with offset such as 2026-01-31T09:00:00+05:30.";

    private static final Set<String> PAGING = Set.of("page", "per_page", "after");

    /** It comes back in the links as it was given, so zeros in front are bounded too. */
    private static final int MOST_DIGITS = 10;

    private final Map<String, List<String>> given;
    private final boolean closed;
    private final ZoneId zone;
    private final Problems problems;
    private final Set<String> known = new HashSet<>();

    private QueryParameters(Map<String, List<String>> given, boolean closed, ZoneId zone, Problems problems) {
        this.given = given;
        this.closed = closed;
        this.zone = zone;
        this.problems = problems;
    }

    /**
     * The parameters of a URL.
     *
     * @param zone the hospital's, in which a date begins
     */
    public static QueryParameters of(HttpServletRequest request, ZoneId zone) {
        Map<String, List<String>> given = new TreeMap<>();
        request.getParameterMap().forEach((name, values) -> given.put(name, List.of(values)));
        return new QueryParameters(given, false, zone, new Problems());
    }

    /**
     * The same parameters in a body.
     *
     * @param zone the hospital's, in which a date begins
     */
    public static QueryParameters of(JsonBody.Content body, ZoneId zone) {
        Map<String, List<String>> given = new TreeMap<>();
        QueryParameters parameters = new QueryParameters(given, true, zone, body.problems());
        for (Map.Entry<String, JsonNode> field : body.object().properties()) {
            JsonNode value = field.getValue();
            if (value.isString() || value.isNumber() || value.isNull()) {
                // Of null this is an empty text, which counts as absent.
                given.put(field.getKey(), List.of(value.asString()));
            } else {
                parameters.known.add(field.getKey());
                parameters.problems.add(
                        FieldPath.of("", field.getKey()), "invalid_type", "This must be a text or a number.");
            }
        }
        return parameters;
    }

    /** {@code page}, from 1 on; 1 where it is absent or wrong. */
    public int page() {
        return integer("page", 1, 1, Integer.MAX_VALUE);
    }

    /** {@code per_page}, 1 to 100; 20 where it is absent or wrong. */
    public int perPage() {
        return integer("per_page", 20, 1, 100);
    }

    public int integer(String name, int whenAbsent, int min, int max) {
        Integer number = value(name, raw -> {
            try {
                int parsed = Integer.parseInt(raw);
                if (raw.length() <= MOST_DIGITS && parsed >= min && parsed <= max) {
                    return parsed;
                }
            } catch (NumberFormatException notAnInteger) {
                // Answered below; its message would repeat the given text.
            }
            String upTo = max == Integer.MAX_VALUE ? " on." : " to " + max + ".";
            throw new InvalidValue("out_of_range", "A whole number from " + min + upTo);
        });
        return number == null ? whenAbsent : number;
    }

    /**
     * The parameter's text, without white space around it.
     *
     * @param longest in characters as people count them, not in UTF-16 units
     */
    public @Nullable String text(String name, int longest) {
        return value(name, raw -> {
            if (raw.codePointCount(0, raw.length()) > longest) {
                throw new InvalidValue("too_long", "At most " + longest + " characters.");
            }
            if (raw.codePoints().anyMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE)) {
                throw new InvalidValue("forbidden_character", "There is a character here that cannot be searched.");
            }
            return raw;
        });
    }

    /** A moment: a timestamp is itself, a date the start of that day in the hospital's time zone. */
    public @Nullable Instant moment(String name) {
        return value(name, raw -> {
            // A plus that was not percent-encoded arrives as a space.
            String text = raw.replace(' ', '+');
            if (FOUR_DIGIT_YEAR.matcher(text).matches()) {
                try {
                    return text.length() == 10
                            ? LocalDate.parse(text).atStartOfDay(zone).toInstant()
                            : OffsetDateTime.parse(text).toInstant();
                } catch (DateTimeParseException wrong) {
                    // Answered below; its message would repeat the given text.
                }
            }
            throw new InvalidValue("invalid_date", WANTED_TIME);
        });
    }

    /** The parameter as a value type; what {@code parse} refuses with an {@code InvalidValue} is noted. */
    public <T> @Nullable T value(String name, Function<String, T> parse) {
        known.add(name);
        List<String> values = given.getOrDefault(name, List.of());
        if (values.size() > 1) {
            problems.add(name, "repeated", "This parameter may be given once only.");
            return null;
        }
        String raw = values.isEmpty() ? "" : values.getFirst().strip();
        return raw.isEmpty() || problems.areOf(name) ? null : problems.collect(name, () -> parse.apply(raw));
    }

    /** Like {@link #value}, for a parameter that must be there. */
    public <T> @Nullable T required(String name, Function<String, T> parse) {
        T value = value(name, parse);
        if (given.getOrDefault(name, List.of()).stream().allMatch(String::isBlank)) {
            problems.add(name, "required", "A value is required here.");
        }
        return value;
    }

    /** {@code true} or {@code false}, which is also what an absent one counts as. */
    public boolean flag(String name) {
        return Boolean.TRUE.equals(value(name, raw -> switch (raw) {
            case "true" -> true;
            case "false" -> false;
            default -> throw InvalidValue.invalidFormat("true or false.");
        }));
    }

    /** Whether a parameter that was read is there, and not empty. */
    public boolean has(String name) {
        return asked().containsKey(name);
    }

    public Problems problems() {
        return problems;
    }

    /** What a list is asked for, apart from which part of it, as one text: the same for the same, in a URL or a body. */
    public String criteria() {
        Map<String, String> criteria = asked();
        criteria.keySet().removeAll(PAGING);
        return criteria.toString();
    }

    /** Those that were asked for and are there; of one that is given twice, the first. */
    Map<String, String> asked() {
        Map<String, String> asked = new TreeMap<>();
        given.forEach((name, values) -> {
            if (known.contains(name) && !values.getFirst().isBlank()) {
                asked.put(name, values.getFirst().strip());
            }
        });
        return asked;
    }

    /**
     * Ends the reading.
     *
     * @throws org.patientsapi.values.InvalidFields if anything was wrong
     */
    public void finish() {
        if (closed) {
            given.keySet().stream()
                    .filter(known::add)
                    .forEach(name ->
                            problems.add(FieldPath.of("", name), "unknown_field", "There is no such parameter."));
        }
        problems.throwIfAny();
    }
}
