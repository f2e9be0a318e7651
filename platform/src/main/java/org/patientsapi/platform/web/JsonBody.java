package org.patientsapi.platform.web;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.patientsapi.values.Problem;
import org.patientsapi.values.Problems;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the body of a request strictly: one JSON object in UTF-8, no field twice, no text that cannot be stored, and nothing
 * deeper than any honest client sends. How long a text may be is for its field to say, which can then be named: the body's own
 * limit bounds it. No answer repeats what the body holds.
 */
public final class JsonBody {

    static final int DEEPEST = 20;
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_NUMBER = 40;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNameLength(LONGEST_NAME)
                            .maxNumberLength(LONGEST_NUMBER)
                            .build())
                    .build())
            .build();

    private final JsonParser parser;
    private final Problems problems = new Problems();

    private JsonBody(JsonParser parser) {
        this.parser = parser;
    }

    /**
     * What the body holds.
     *
     * @param problems of which those are noted that can be seen before anybody knows what the fields mean: {@code
     *     duplicate_field}; {@code forbidden_character} for a NUL or half a surrogate pair, which neither store could keep.
     *     Whoever reads the fields adds to them, and refuses the request for all
     */
    public record Content(ObjectNode object, Problems problems) {}

    /** @throws ProblemException {@code malformed_json} */
    public static Content parse(byte[] body) {
        try (JsonParser parser = JSON.createParser(utf8(body))) {
            return new JsonBody(parser).document();
        } catch (StreamConstraintsException tooMuch) {
            throw malformed("The JSON is nested too deeply, or one of its names or numbers is too long.");
        } catch (JacksonException unreadable) {
            throw notWellFormed(unreadable.getLocation());
        }
    }

    private static String utf8(byte[] body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException notUtf8) {
            throw malformed("The body is not UTF-8.");
        }
    }

    private Content document() {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw malformed("The body must be one JSON object.");
        }
        ObjectNode document = object("");
        if (parser.nextToken() != null) {
            throw malformed("There is something after the JSON object.");
        }
        return new Content(document, problems);
    }

    private ObjectNode object(String path) {
        ObjectNode object = NODES.objectNode();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            String field = FieldPath.of(path, name);
            check(field, name);
            parser.nextToken();
            if (object.has(name)) {
                problems.add(field, "duplicate_field", "A field may stand here once only.");
            }
            object.set(name, value(field));
        }
        return object;
    }

    private ArrayNode array(String path) {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(FieldPath.of(path, array.size())));
        }
        return array;
    }

    private JsonNode value(String path) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(path);
            case START_ARRAY -> array(path);
            case VALUE_STRING -> NODES.stringNode(check(path, parser.getString()));
            case VALUE_NUMBER_INT -> NODES.numberNode(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> throw notWellFormed(parser.currentLocation());
        };
    }

    private String check(String path, String text) {
        boolean storable = text.codePoints().noneMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE);
        if (!storable) {
            problems.add(path, "forbidden_character", "There is a character here that cannot be stored.");
        }
        return text;
    }

    private static ProblemException notWellFormed(@Nullable TokenStreamLocation place) {
        String where = place == null ? "" : " at line %s, column %s".formatted(place.getLineNr(), place.getColumnNr());
        return malformed("The body is not well-formed JSON" + where + ".");
    }

    private static ProblemException malformed(String detail) {
        return problem(detail).asException();
    }

    /** Of what cannot be read there is one thing to name, which is the body. */
    static HttpProblem problem(String detail) {
        ProblemType type = ProblemType.MALFORMED_JSON;
        return HttpProblem.of(type, detail).member("errors", List.of(new Problem("body", type.code(), detail)));
    }
}
