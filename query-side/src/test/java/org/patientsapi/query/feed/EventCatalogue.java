package org.patientsapi.query.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.axonframework.serialization.SimpleSerializedObject;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.EventType;
import org.patientsapi.api.Identifiers;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientEvent.PatientForgotten;
import org.patientsapi.platform.eventstore.EventSerializer;
import org.patientsapi.platform.vault.KeyVault;
import org.patientsapi.query.feed.EventExamples.Example;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the feed publishes, read off the code: the schemas, the AsyncAPI document and the page for people with its examples. */
final class EventCatalogue {

    private static final Path GOLDEN_EVENTS = Path.of("..", "platform", "src", "test", "resources", "events");
    private static final Instant AT = Instant.parse("2026-11-22T13:42:08.125Z");

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .changeDefaultPropertyInclusion(include -> include.withValueInclusion(JsonInclude.Include.NON_NULL))
            .enable(SerializationFeature.INDENT_OUTPUT)
            .defaultPrettyPrinter(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")))
            .build();

    private final Pseudonymisation pseudonymisation = pseudonymisation();

    static Pseudonymisation pseudonymisation() {
        return new Pseudonymisation(new Pseudonyms(new NoVault()), List.of("Cardiology"), ZoneId.of("Asia/Kolkata"));
    }

    /** Pseudonyms of the examples are those of no installation. */
    static class NoVault implements KeyVault {
        @Override
        public byte[] wrap(byte[] dataKey, String patientId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] unwrap(byte[] wrappedKey, String patientId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] keyedHash(String kind, String canonicalValue) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] newestMark() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean rotate(Instant madeBefore) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean destroyReplaced(Instant replacedBefore, Predicate<byte[]> unused) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean wasDestroyed(byte[] wrappedKey) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] derive(String purpose) {
            return purpose.getBytes(UTF_8);
        }
    }

    /** Every file by its path within {@code docs}. */
    Map<String, String> files() {
        Map<String, String> files = new TreeMap<>();
        types().forEach((type, event) -> data(event)
                .forEach((tier, data) -> files.put(
                        path(tier, type), JSON.writeValueAsString(schema(tier, type, data.getClass())) + "\n")));
        files.put("asyncapi.yaml", asyncApi());
        files.put("events.md", page());
        return files;
    }

    /** The golden event of each type, which has every field, in the order in which {@link PatientEvent} tells of them. */
    static Map<EventType, PatientEvent> types() {
        Map<EventType, PatientEvent> types = new LinkedHashMap<>();
        Arrays.stream(PatientEvent.class.getPermittedSubclasses()).forEach(event -> {
            EventType type = event.getAnnotation(EventType.class);
            types.put(type, golden(event, type));
        });
        return types;
    }

    private static PatientEvent golden(Class<?> event, EventType type) {
        EventSerializer serializer = new EventSerializer();
        try {
            byte[] json = Files.readAllBytes(GOLDEN_EVENTS.resolve(type.name() + "." + type.revision() + ".json"));
            return serializer.deserialize(
                    new SimpleSerializedObject<>(json, byte[].class, serializer.typeForClass(event)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What each tier tells of an event; nothing of one that is forgotten. */
    private Map<FeedTier, Object> data(PatientEvent event) {
        Map<FeedTier, Object> data = new LinkedHashMap<>();
        PseudonymousData pseudonymous = pseudonymisation.data(event, AT);
        if (pseudonymous != null) {
            data.put(FeedTier.PSEUDONYMOUS, pseudonymous);
        }
        if (!(event instanceof PatientForgotten)) {
            data.put(FeedTier.IDENTIFIED, event);
        }
        return data;
    }

    private static String path(FeedTier tier, EventType type) {
        return CloudEvents.schema("", tier, type).substring(1);
    }

    private static ObjectNode schema(FeedTier tier, EventType type, Class<?> data) {
        ObjectNode schema = JSON.createObjectNode()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("title", type.name() + ", revision " + type.revision() + ", " + tier.path())
                .put(
                        "description",
                        "The data of the event. Fields may be added; those that are here keep their meaning.");
        schema.setAll(ofRecord(data));
        return schema;
    }

    private static ObjectNode ofRecord(Class<?> type) {
        ObjectNode schema = JSON.createObjectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = JSON.createArrayNode();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
            ObjectNode property = of(component.getAnnotatedType());
            if (name.equals("patient_id")) {
                property.put("description", type == Identifiers.class ? CARD_NUMBER : PATIENT_ID);
            }
            properties.set(name, property);
            if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                required.add(name);
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema;
    }

    private static ObjectNode of(AnnotatedType annotated) {
        Type type = annotated.getType();
        if (annotated instanceof AnnotatedParameterizedType list) {
            ObjectNode schema = JSON.createObjectNode().put("type", "array");
            schema.set("items", of(list.getAnnotatedActualTypeArguments()[0]));
            return schema;
        }
        if (type == String.class) {
            return JSON.createObjectNode().put("type", "string");
        }
        if (type == boolean.class) {
            return JSON.createObjectNode().put("type", "boolean");
        }
        if (type == int.class || type == long.class || type == Integer.class) {
            return JSON.createObjectNode().put("type", "integer");
        }
        if (type instanceof Class<?> nested && nested.isRecord()) {
            return ofRecord(nested);
        }
        throw new IllegalStateException("How is " + type + " published?");
    }

    private String asyncApi() {
        StringBuilder messages = new StringBuilder();
        Stream.concat(types().keySet().stream().map(EventType::name), Stream.of(CloudEvents.UNKNOWN))
                .forEach(name -> messages.append("      ")
                        .append(name)
                        .append(": {$ref: '#/components/messages/")
                        .append(name)
                        .append("'}\n"));
        StringBuilder yaml = new StringBuilder(ASYNC_API_HEAD)
                .append(messages)
                .append(ASYNC_API_TOPIC)
                .append(messages)
                .append(ASYNC_API_OPERATIONS);
        types().forEach((type, event) -> {
            yaml.append("    ").append(type.name()).append(":\n");
            yaml.append("      name: ").append(type.name()).append('\n');
            yaml.append("      contentType: application/cloudevents+json\n");
            yaml.append("      payload:\n        allOf:\n          - $ref: '#/components/schemas/CloudEvent'\n");
            yaml.append("          - type: object\n            properties:\n              type: {const: ")
                    .append(type.name())
                    .append("}\n");
            if (!data(event).isEmpty()) {
                yaml.append("              data:\n                anyOf:\n");
                data(event)
                        .keySet()
                        .forEach(tier -> yaml.append("                  - $ref: '")
                                .append(path(tier, type))
                                .append("'\n"));
            }
        });
        return yaml.append(ASYNC_API_UNKNOWN).append(ASYNC_API_SCHEMAS).toString();
    }

    private String page() {
        StringBuilder page = new StringBuilder(PAGE_HEAD);
        types().keySet().forEach(type -> {
            List<Example> examples = examples(type);
            page.append("\n## `").append(type.name()).append("`\n\nRevision ").append(type.revision());
            Map<FeedTier, Object> tiers = data(examples.getFirst().event());
            if (tiers.isEmpty()) {
                page.append(". Stands in for an earlier event of a patient who was erased. Has no data.\n");
                return;
            }
            page.append(". Schemas: ");
            page.append(String.join(
                    ", ",
                    tiers.keySet().stream()
                            .map(tier -> "[" + tier.path() + "](" + path(tier, type) + ")")
                            .toList()));
            page.append(".\n");
            examples.forEach(example -> show(example, page));
        });
        return page.append(PAGE_END).toString();
    }

    private static List<Example> examples(EventType type) {
        return EventExamples.all().stream()
                .filter(example -> type.equals(example.event().getClass().getAnnotation(EventType.class)))
                .toList();
    }

    private void show(Example example, StringBuilder page) {
        if (!example.title().isEmpty()) {
            page.append('\n').append(example.title()).append('\n');
        }
        page.append("\n| field | pseudonymous | identified |\n|---|---|---|\n");
        Map<FeedTier, Object> tiers = data(example.event());
        Map<String, JsonNode> pseudonymous = leaves(tiers.get(FeedTier.PSEUDONYMOUS));
        Map<String, JsonNode> identified = leaves(tiers.get(FeedTier.IDENTIFIED));
        Map<String, JsonNode> all = new LinkedHashMap<>(pseudonymous);
        identified.forEach(all::putIfAbsent);
        all.keySet()
                .forEach(field -> page.append("| `")
                        .append(field)
                        .append("` | ")
                        .append(shown(pseudonymous.get(field)))
                        .append(" | ")
                        .append(shown(identified.get(field)))
                        .append(" |\n"));
    }

    /** The fields of an event that no example of its type shows. */
    Set<String> notShown(EventType type) {
        Set<String> fields = new TreeSet<>();
        data(types().get(type))
                .values()
                .forEach(data -> fields.addAll(leaves(data).keySet()));
        examples(type)
                .forEach(example -> data(example.event())
                        .values()
                        .forEach(data -> fields.removeAll(leaves(data).keySet())));
        return fields;
    }

    private static String shown(@Nullable JsonNode value) {
        return value == null ? "" : value.isString() ? value.asString() : value.toString();
    }

    /** Every value with the path that leads to it; of a list, the first entry. */
    private static Map<String, JsonNode> leaves(Object data) {
        Map<String, JsonNode> leaves = new LinkedHashMap<>();
        collect("", JSON.valueToTree(data), leaves);
        return leaves;
    }

    private static void collect(String path, JsonNode node, Map<String, JsonNode> leaves) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> collect(
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), leaves));
        } else if (node.isArray() && !node.isEmpty()) {
            collect(path + "[]", node.get(0), leaves);
        } else {
            leaves.put(path, node);
        }
    }

    private static final String PAGE_HEAD = """
            # The events of the feed

            Made by `EventCatalogueTest` from the code; do not edit. How to read the feed is in [`feed.md`](feed.md), the
            description for programs in [`asyncapi.yaml`](asyncapi.yaml). Each table shows what both tiers tell of one and the
            same event, here of made-up people.

            `patient_id` is the UUID here, which the API calls `id`. The number on the card, which the API calls `patient_id`,
            is `identifiers.patient_id`.

            A field without a value is left out. An `OPD` visit has a `date`; an `IPD` one has `admitted_at` and, once it is
            over, `discharged_at`.
            """;

    private static final String PAGE_END = """

            ## `patient.unknown`

            An event whose type, or whose revision of it, only a newer version of the product knows. It comes while an upgrade is
            under way, or after a step back to the older version. It has `"dataerror": "unreadable"` and no data, and it comes
            whatever `types` asks for. Once the node that answers is of the newer version, the event has its own type and its
            data, under the same `id` and `cursor`: read it again from a cursor before it.
            """;

    private static final String PATIENT_ID =
            "The UUID of the patient: what the API calls id. Not the number on the card.";

    private static final String CARD_NUMBER =
            "The number on the card, such as P61582-03948: what the API calls patient_id.";

    private static final String ASYNC_API_HEAD = """
            # Made by EventCatalogueTest from the code; do not edit. Served at /asyncapi.yaml.
            asyncapi: 3.0.0
            info:
              title: Patients API, feed of events
              version: 1.0.0
              description: |
                Every event of every patient, in one order that never changes, each once, as CloudEvents 1.0: in pages and as
                server-sent events over HTTP, and, where Kafka is configured, on a topic keyed by `subject`. On Kafka an event
                may come again after a crash of the publisher; its `id` tells. A patient's events are in their order everywhere.
              license: {name: Apache-2.0}
            defaultContentType: application/cloudevents+json
            servers:
              http:
                host: localhost:8080
                protocol: http
                security: [{$ref: '#/components/securitySchemes/token'}]
              kafka:
                host: localhost:9092
                protocol: kafka
            channels:
              pages:
                address: /api/v1/events
                description: Asked with GET; the answer is a batch. See the OpenAPI document at /v3/api-docs.
                servers: [{$ref: '#/servers/http'}]
                messages:
                  batch: {$ref: '#/components/messages/batch'}
              stream:
                address: /api/v1/events/stream
                description: Server-sent events. `id` is the cursor, `data` one of these messages.
                servers: [{$ref: '#/servers/http'}]
                messages:
            """;

    private static final String ASYNC_API_TOPIC = """
              topic:
                address: patients.events
                description: The name is set by patients.kafka.topic, the tier by patients.kafka.tier.
                servers: [{$ref: '#/servers/kafka'}]
                messages:
            """;

    private static final String ASYNC_API_OPERATIONS = """
            operations:
              answerPages:
                action: send
                channel: {$ref: '#/channels/pages'}
              sendStream:
                action: send
                channel: {$ref: '#/channels/stream'}
              publish:
                action: send
                channel: {$ref: '#/channels/topic'}
            components:
              securitySchemes:
                token:
                  type: oauth2
                  description: The scope events:read, and events:identified for the tier with the persons in it.
                  flows:
                    clientCredentials:
                      tokenUrl: http://localhost:8080/oauth2/token
                      availableScopes:
                        events:read: Read the feed of events, pseudonymous
                        events:identified: Read the feed with the persons in it
                  scopes: [events:read]
              messages:
                batch:
                  name: batch
                  contentType: application/cloudevents-batch+json
                  payload:
                    type: array
                    items: {$ref: '#/components/schemas/CloudEvent'}
            """;

    private static final String ASYNC_API_UNKNOWN = """
                patient.unknown:
                  name: patient.unknown
                  summary: An event that only a newer version of the product can read. It has no data.
                  contentType: application/cloudevents+json
                  payload:
                    allOf:
                      - $ref: '#/components/schemas/CloudEvent'
                      - type: object
                        required: [dataerror]
                        properties:
                          type: {const: patient.unknown}
            """;

    private static final String ASYNC_API_SCHEMAS = """
              schemas:
                CloudEvent:
                  type: object
                  required: [specversion, id, source, type, subject, time, cursor]
                  properties:
                    specversion: {const: '1.0'}
                    id: {type: string, format: uuid}
                    source: {type: string, format: uri}
                    type: {type: string}
                    subject: {type: string, format: uuid}
                    time: {type: string, format: date-time}
                    cursor: {type: string}
                    branchid: {type: string}
                    dataschema: {type: string, format: uri}
                    data: {type: object}
                    dataerror: {const: unreadable}
            """;
}
