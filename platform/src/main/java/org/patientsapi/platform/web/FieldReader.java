package org.patientsapi.platform.web;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.patientsapi.values.Problems;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the typed fields of a JSON object and collects everything that is wrong with it. Every method answers null for a
 * field that is absent, null or wrong; what is wrong is noted, and {@link #finish()} ends the reading with all of it.
 *
 * <p>In a new object a required field has to be there. In a merge patch (RFC 7396) an absent field is unchanged and a null
 * clears it, which a required one cannot be. What stands in a list is always new, since a patch replaces lists whole.
 *
 * <pre>{@code
 * FieldReader body = FieldReader.forPatch(JsonBody.parse(bytes));
 * body.readOnly("id", "age");
 * PersonName first = body.text("first_name", REQUIRED, PersonName::parse);
 * FieldReader address = body.object("address", OPTIONAL);
 * body.finish();
 * }</pre>
 */
public final class FieldReader {

    /** Whether a thing can be without the field. */
    public enum Need {
        REQUIRED,
        OPTIONAL
    }

    private final ObjectNode object;
    private final String path;
    private final boolean patch;
    private final Problems problems;
    private final Set<String> known = new LinkedHashSet<>();
    private final List<FieldReader> nested = new ArrayList<>();

    private FieldReader(ObjectNode object, String path, boolean patch, Problems problems) {
        this.object = object;
        this.path = path;
        this.patch = patch;
        this.problems = problems;
    }

    public static FieldReader forNew(JsonBody.Content body) {
        return new FieldReader(body.object(), "", false, body.problems());
    }

    public static FieldReader forPatch(JsonBody.Content body) {
        return new FieldReader(body.object(), "", true, body.problems());
    }

    /** Whether the field is there, be it with null. */
    public boolean has(String name) {
        known.add(name);
        return object.has(name);
    }

    /** Whether this is a patch that clears the field. */
    public boolean clears(String name) {
        return patch && has(name) && object.get(name).isNull();
    }

    /**
     * The text as a value type; what {@code parse} refuses with an {@code InvalidValue} is noted. An optional field of a form
     * that was left empty, which forms send as an empty text, is as good as null.
     */
    public <T> @Nullable T text(String name, Need need, Function<String, T> parse) {
        JsonNode value = value(name, need, JsonNode::isString, "a text");
        return value == null || (need == Need.OPTIONAL && value.asString().isBlank())
                ? null
                : problems.collect(path(name), () -> parse.apply(value.asString()));
    }

    public @Nullable Boolean bool(String name, Need need) {
        JsonNode value = value(name, need, JsonNode::isBoolean, "true or false");
        return value == null ? null : value.asBoolean();
    }

    /** A whole number between {@code min} and {@code max}, both inclusive. */
    public @Nullable Integer integer(String name, Need need, int min, int max) {
        JsonNode value = value(name, need, JsonNode::isIntegralNumber, "a whole number");
        if (value == null) {
            return null;
        }
        if (!value.canConvertToInt() || value.asInt() < min || value.asInt() > max) {
            problems.add(path(name), "out_of_range", "A whole number from " + min + " to " + max + ".");
            return null;
        }
        return value.asInt();
    }

    /** A reader of the nested object, whose problems and unknown fields count with this one's. */
    public @Nullable FieldReader object(String name, Need need) {
        JsonNode value = value(name, need, JsonNode::isObject, "an object");
        return value == null ? null : nested((ObjectNode) value, path(name), patch);
    }

    /** The objects of a list, of which there may be {@code max}; those that {@code element} answers with null are left out. */
    public <T> @Nullable List<T> list(String name, Need need, int max, Function<FieldReader, @Nullable T> element) {
        JsonNode value = value(name, need, JsonNode::isArray, "a list");
        if (value == null) {
            return null;
        }
        if (value.size() > max) {
            problems.add(path(name), "too_many", "At most " + max + " entries.");
            return null;
        }
        List<T> elements = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            String at = FieldPath.of(path(name), i);
            if (value.get(i) instanceof ObjectNode entry) {
                T read = element.apply(nested(entry, at, false));
                if (read != null) {
                    elements.add(read);
                }
            } else {
                problems.add(at, "invalid_type", "This must be an object.");
            }
        }
        return elements;
    }

    /** Fields that answers carry and no client may set. */
    public void readOnly(String... names) {
        for (String name : names) {
            if (has(name)) {
                problems.add(path(name), "read_only_field", "This field cannot be set.");
            }
        }
    }

    /**
     * Ends the reading: a field that nobody asked for is wrong too.
     *
     * @throws org.patientsapi.values.InvalidFields if anything was
     */
    public void finish() {
        rejectUnknown();
        problems.throwIfAny();
    }

    /** The field's full path, for a problem that only the caller can see. */
    public String path(String name) {
        return FieldPath.of(path, name);
    }

    public Problems problems() {
        return problems;
    }

    /** Notes every field nobody asked for, here and in all that was read from here. */
    private void rejectUnknown() {
        for (String name : object.propertyNames()) {
            if (known.add(name)) {
                problems.add(path(name), "unknown_field", "There is no such field.");
            }
        }
        nested.forEach(FieldReader::rejectUnknown);
    }

    private @Nullable JsonNode value(String name, Need need, Predicate<JsonNode> fits, String expected) {
        boolean cleared = has(name) && object.get(name).isNull();
        if (cleared || !has(name)) {
            if (need == Need.REQUIRED && patch && cleared) {
                problems.add(path(name), "cannot_be_cleared", "This field cannot be without a value.");
            } else if (need == Need.REQUIRED && !patch) {
                problems.add(path(name), "required", "A value is required here.");
            }
            return null;
        }
        if (problems.areOf(path(name))) {
            return null;
        }
        JsonNode value = object.get(name);
        if (!fits.test(value)) {
            problems.add(path(name), "invalid_type", "This must be " + expected + ".");
            return null;
        }
        return value;
    }

    private FieldReader nested(ObjectNode child, String at, boolean asPatch) {
        FieldReader reader = new FieldReader(child, at, asPatch, problems);
        nested.add(reader);
        return reader;
    }
}
