package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Holds real answers against {@code docs/openapi.yaml}: the status must be documented for the operation, the media type too,
 * required headers must be there, and header values and the body must be what their schemas say. A field that the document
 * does not have is a breach as well, although clients are told to expect new ones.
 */
final class OpenApiContract {

    static final Path FILE = Path.of("..", "docs", "openapi.yaml");
    static final OpenApiContract PUBLISHED = new OpenApiContract();

    private static final JsonMapper JSON = new JsonMapper();

    private final ObjectNode document;
    /** Where the references lead is no keyword of a schema, but travels along with each. */
    private final SchemaRegistry schemas = SchemaRegistry.withDialect(
            Dialect.builder(Dialects.getDraft202012())
                    .keyword(new NonValidationKeyword("components"))
                    .build(),
            registry -> registry.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

    private final Map<JsonNode, Schema> compiled = new IdentityHashMap<>();

    private OpenApiContract() {
        try {
            document = (ObjectNode) new YAMLMapper().readTree(Files.readAllBytes(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        closeObjects();
    }

    /** The document, with every object schema closed to fields that it does not name. */
    JsonNode document() {
        return document;
    }

    /** Of every operation under {@code /api}. */
    static Set<String> operationIds() {
        Set<String> ids = new TreeSet<>();
        PUBLISHED.document.get("paths").properties().stream()
                .filter(path -> path.getKey().startsWith("/api/"))
                .flatMap(path -> path.getValue().valueStream())
                .filter(operation -> operation.has("operationId"))
                .forEach(operation -> ids.add(operation.get("operationId").asString()));
        return ids;
    }

    /**
     * @param path of the request, with or without scheme, host and query
     * @throws AssertionError naming every breach
     */
    void check(String method, String path, int status, HttpHeaders headers, String body) {
        List<String> breaches = new ArrayList<>();
        Optional<JsonNode> operation = operation(method, path);
        // Only where there is no such path or method, an answer may fall under "other errors".
        JsonNode answer = resolve(operation
                .map(known -> known.at("/responses").path(Integer.toString(status)))
                .orElseGet(() -> status == 404 || status == 405 || status == 401
                        ? document.at("/components/responses/OtherError")
                        : document.path("undocumented operation")));
        if (answer.isMissingNode()) {
            breaches.add("this status is not documented");
        } else {
            checkHeaders(answer, headers, breaches);
            checkBody(answer, method, headers, body, breaches);
        }
        assertThat(breaches)
                .as("%s %s answered %d, against the OpenAPI document; body: %s", method, path, status, body)
                .isEmpty();
    }

    private void checkHeaders(JsonNode answer, HttpHeaders headers, List<String> breaches) {
        answer.path("headers").properties().forEach(documented -> {
            JsonNode header = resolve(documented.getValue());
            String name = documented.getKey();
            headers.firstValue(name)
                    .ifPresentOrElse(
                            value -> breaches(header.get("schema"), asHeaderValue(header.get("schema"), value))
                                    .forEach(breach -> breaches.add(name + breach)),
                            () -> {
                                if (header.path("required").asBoolean(false)) {
                                    breaches.add(name + ": this header is missing");
                                }
                            });
        });
    }

    private void checkBody(JsonNode answer, String method, HttpHeaders headers, String body, List<String> breaches) {
        JsonNode content = answer.path("content");
        if (content.isMissingNode() || method.equals("HEAD")) {
            if (!body.isEmpty()) {
                breaches.add("there is a body, and should be none");
            }
            return;
        }
        String mediaType = headers.firstValue("Content-Type").orElse("none").replaceFirst(";.*", "");
        if (content.has(mediaType)) {
            breaches.addAll(breaches(content.get(mediaType).get("schema"), JSON.readTree(body)));
        } else {
            breaches.add("the media type " + mediaType + " is not documented");
        }
    }

    /** What is wrong with a value by one of the document's schemas. */
    List<String> breaches(JsonNode schema, JsonNode value) {
        return compiled(schema).validate(value).stream().map(Error::toString).toList();
    }

    /** References are resolved within the schema's own file, so each takes the components along. */
    private synchronized Schema compiled(JsonNode schema) {
        return compiled.computeIfAbsent(schema, node -> {
            ObjectNode root = node.deepCopy().asObject();
            root.set("components", document.get("components"));
            return schemas.getSchema(root);
        });
    }

    private static JsonNode asHeaderValue(JsonNode schema, String value) {
        return schema.path("type").asString().equals("integer") && value.matches("\\d{1,9}")
                ? JSON.getNodeFactory().numberNode(Integer.parseInt(value))
                : JSON.getNodeFactory().stringNode(value);
    }

    private Optional<JsonNode> operation(String method, String path) {
        String plain = path.replaceFirst("^https?://[^/]+", "").replaceFirst("[?#].*", "");
        String verb = method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT);
        return document.get("paths").properties().stream()
                .filter(entry -> pattern(entry.getKey()).matcher(plain).matches())
                .min((a, b) ->
                        Boolean.compare(a.getKey().contains("{"), b.getKey().contains("{")))
                .map(entry -> entry.getValue().get(verb));
    }

    private static Pattern pattern(String template) {
        return Pattern.compile(template.replaceAll("\\{[^}]+}", "[^/]+"));
    }

    JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").asString().substring(1)) : node;
    }

    private void closeObjects() {
        Set<String> parts = new HashSet<>();
        document.findValues("allOf")
                .forEach(all -> all.forEach(part -> parts.add(part.path("$ref").asString(""))));
        for (String name : document.at("/components/schemas").propertyNames()) {
            if (!parts.contains("#/components/schemas/" + name)) {
                close((ObjectNode) document.at("/components/schemas/" + name));
            }
        }
        document.findValues("schema").forEach(schema -> {
            close((ObjectNode) schema);
            schema.path("anyOf").forEach(alternative -> close((ObjectNode) alternative));
        });
    }

    private static void close(ObjectNode schema) {
        if (schema.has("properties") && !schema.has("additionalProperties")) {
            schema.put("unevaluatedProperties", false);
        }
    }
}
