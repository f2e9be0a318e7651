package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.swagger.v3.parser.OpenAPIV3Parser;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.patientsapi.api.PatientChanges;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.platform.security.RequiresScope;
import org.patientsapi.platform.web.ProblemType;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Holds {@code docs/openapi.yaml} against the code, without starting anything. */
class OpenApiDocumentTest {

    private static final OpenApiContract CONTRACT = OpenApiContract.PUBLISHED;
    private static final JsonNode DOCUMENT = CONTRACT.document();
    private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    @Test
    void the_document_is_valid_openapi_3_1() throws IOException {
        var parsed = new OpenAPIV3Parser().readContents(Files.readString(OpenApiContract.FILE), null, null);

        assertThat(parsed.getMessages()).isEmpty();
        assertThat(parsed.getOpenAPI().getOpenapi()).isEqualTo("3.1.0");
    }

    @Test
    void every_endpoint_is_documented_with_its_scope_and_media_types_and_every_documented_one_is_there() {
        Set<String> documented = new TreeSet<>();
        eachOperation((name, operation) -> {
            if (name.contains(" /api/")) {
                List<String> security = new ArrayList<>();
                operation.at("/security/0/oauth2").forEach(scope -> security.add(scope.asString()));
                documented.add(name + " " + security + " "
                        + new TreeSet<>(operation.at("/requestBody/content").propertyNames()));
            }
        });

        assertThat(mappings()).containsExactlyInAnyOrderElementsOf(documented);
    }

    @Test
    void the_scopes_that_can_be_asked_for_are_those_that_operations_take() {
        Set<String> taken = new TreeSet<>();
        eachOperation((name, operation) -> operation
                .path("security")
                .forEach(way -> way.path("oauth2").forEach(scope -> taken.add(scope.asString()))));

        assertThat(DOCUMENT.at("/components/securitySchemes/oauth2/flows/clientCredentials/scopes")
                        .propertyNames())
                .containsExactlyInAnyOrderElementsOf(taken);
    }

    @Test
    void every_kind_of_problem_is_listed_and_shown_as_it_is_answered() {
        Set<String> shown = new TreeSet<>();
        DOCUMENT.findValues("application/problem+json").stream()
                .flatMap(OpenApiDocumentTest::examples)
                .forEach(example -> {
                    ProblemType type = Arrays.stream(ProblemType.values())
                            .filter(known ->
                                    known.code().equals(example.get("code").asString()))
                            .findFirst()
                            .orElseThrow();
                    assertThat(example.get("type").asString()).isEqualTo(type.uri());
                    assertThat(example.get("title").asString()).isEqualTo(type.title());
                    assertThat(example.get("status").asInt())
                            .isEqualTo(type.status().value());
                    shown.add(type.code());
                });
        List<String> all =
                Arrays.stream(ProblemType.values()).map(ProblemType::code).toList();

        assertThat(shown).containsExactlyInAnyOrderElementsOf(all);
        assertThat(texts(DOCUMENT.at("/components/schemas/Problem/properties/code/enum")))
                .containsExactlyElementsOf(all);
        assertThat(all)
                .allSatisfy(code ->
                        assertThat(DOCUMENT.at("/info/description").asString()).contains("`" + code + "`"));
    }

    @Test
    void every_example_is_what_its_schema_says() {
        List<String> wrong = new ArrayList<>();
        List<JsonNode> checked = new ArrayList<>();
        for (JsonNode holder : DOCUMENT.findParents("schema")) {
            examples(holder).forEach(example -> {
                checked.add(example);
                CONTRACT.breaches(holder.get("schema"), example)
                        .forEach(breach -> wrong.add(breach + " in " + example));
            });
        }

        assertThat(wrong).isEmpty();
        assertThat(checked).hasSizeGreaterThan(30);
    }

    @Test
    void the_full_profile_has_every_field_of_the_schema_and_reads_and_writes_as_the_products_own() {
        JsonNode example = DOCUMENT.at("/components/examples/FullPatient/value");
        List<String> missing = new ArrayList<>();
        collectMissing(DOCUMENT.at("/components/schemas/Patient"), example, "", missing);

        // She was grown up when she came.
        assertThat(missing).containsExactly(".newborn");
        assertThat(JSON.readTree(JSON.writeValueAsString(JSON.treeToValue(example, PatientProfile.class))))
                .isEqualTo(example);
    }

    @Test
    void a_client_may_send_exactly_the_documented_fields() {
        Set<String> understood = new TreeSet<>(componentsOf(PatientChanges.class));
        Set<String> address = componentsOf(PatientChanges.AddressChanges.class);

        assertThat(fieldsOf("PatientPatch")).isEqualTo(understood);
        assertThat(fieldsOf("AddressInput")).isEqualTo(address);
        understood.addAll(Set.of("registration_type", "newborn", "duplicate_override"));
        assertThat(fieldsOf("NewPatient")).isEqualTo(understood);
    }

    @Test
    void the_example_of_everything_has_every_field_that_can_be_sent() {
        List<String> missing = new ArrayList<>();
        collectMissing(
                DOCUMENT.at("/components/schemas/NewPatient"),
                DOCUMENT.at(
                        "/paths/~1api~1v1~1patients/post/requestBody/content/application~1json/examples/complete/value"),
                "",
                missing);

        assertThat(missing).containsExactly(".newborn", ".duplicate_override");
    }

    @Test
    void an_answer_that_is_not_as_described_is_found_out() {
        Map<String, String> headers = new TreeMap<>(Map.of(
                "Content-Type", "application/json",
                "X-Request-Id", "r1",
                "ETag", "\"1\"",
                "Link",
                        "</api/v1/patients/01a2008d-7400-7c3e-9b2d-5f1e8a6c4d20/visits>; rel=\"related\"; title=\"All visits\"",
                "RateLimit", "\"default\";r=1;t=1",
                "RateLimit-Policy", "\"default\";q=2;w=60"));
        ObjectNode body = (ObjectNode)
                DOCUMENT.at("/components/examples/FullPatient/value").deepCopy();
        assertThat(breach(200, headers, body)).isEmpty();

        assertThat(breach(201, headers, body)).contains("this status is not documented");
        headers.put("Content-Type", "text/plain");
        assertThat(breach(200, headers, body)).contains("the media type text/plain is not documented");
        headers.put("Content-Type", "application/json");
        headers.remove("ETag");
        assertThat(breach(200, headers, body)).contains("ETag: this header is missing");
        headers.put("ETag", "\"1\"");
        body.put("nickname", "A");
        assertThat(breach(200, headers, body)).contains("nickname");
        body.remove("nickname");
        ((ObjectNode) body.get("identifiers")).remove("aadhaar");
        assertThat(breach(200, headers, body)).contains("aadhaar");
    }

    private static String breach(int status, Map<String, String> headers, JsonNode body) {
        Map<String, List<String>> sent = new TreeMap<>();
        headers.forEach((name, value) -> sent.put(name, List.of(value)));
        try {
            CONTRACT.check(
                    "GET",
                    "http://localhost/api/v1/patients/P48291-37748?x=1",
                    status,
                    HttpHeaders.of(sent, (name, value) -> true),
                    body.toString());
            return "";
        } catch (AssertionError found) {
            String message = found.getMessage();
            return message.substring(message.lastIndexOf("but was"));
        }
    }

    /** A null counts as missing: what is in it would go unseen. */
    private static void collectMissing(JsonNode schema, JsonNode value, String path, List<String> missing) {
        JsonNode plain = CONTRACT.resolve(schema.has("anyOf") ? schema.at("/anyOf/0") : schema);
        plain.path("properties").properties().forEach(property -> {
            String at = path + "." + property.getKey();
            JsonNode child = value.path(property.getKey());
            boolean oneOfTwo =
                    at.equals(".visit_history[0].admitted_at") || at.equals(".visit_history[0].discharged_at");
            if (!child.isNull() && !child.isMissingNode() && !(child.isArray() && child.isEmpty())) {
                collectMissing(property.getValue(), child, at, missing);
            } else if (!oneOfTwo) {
                missing.add(at);
            }
        });
        if (plain.has("items")) {
            collectMissing(plain.get("items"), value.path(0), path + "[0]", missing);
        }
    }

    /** The identifiers and the medical summary are flat in the command and objects in the body. */
    private static Set<String> fieldsOf(String schema) {
        Set<String> fields = new TreeSet<>(
                DOCUMENT.at("/components/schemas/" + schema + "/properties").propertyNames());
        if (fields.remove("identifiers")) {
            fields.addAll(fieldsOf("IdentifiersInput"));
        }
        if (fields.remove("medical_summary")) {
            fields.addAll(fieldsOf("MedicalSummaryInput"));
        }
        return fields;
    }

    private static Set<String> componentsOf(Class<?> type) {
        Set<String> names = new TreeSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            names.add(component.getName().replaceAll("([A-Z])", "_$1").toLowerCase());
        }
        return names;
    }

    private static Stream<JsonNode> examples(JsonNode holder) {
        Stream<JsonNode> named = holder.path("examples")
                .valueStream()
                .map(example -> CONTRACT.resolve(example).get("value"));
        return Stream.concat(Stream.of(holder.path("example")).filter(single -> !single.isMissingNode()), named);
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).toList();
    }

    private static void eachOperation(BiConsumer<String, JsonNode> then) {
        DOCUMENT.get("paths")
                .properties()
                .forEach(path -> METHODS.stream()
                        .filter(path.getValue()::has)
                        .forEach(method -> then.accept(
                                method.toUpperCase() + " " + path.getKey(),
                                path.getValue().get(method))));
    }

    private static Set<String> mappings() {
        ClassPathScanningCandidateComponentProvider controllers =
                new ClassPathScanningCandidateComponentProvider(false);
        controllers.addIncludeFilter(new AnnotationTypeFilter(Controller.class));
        Set<String> mappings = new TreeSet<>();
        controllers.findCandidateComponents("org.patientsapi").stream()
                .map(found -> ClassUtils.resolveClassName(Objects.requireNonNull(found.getBeanClassName()), null))
                .forEach(controller -> mappings.addAll(new Mappings().of(controller)));
        return mappings;
    }

    /** Spring MVC's own reading of the annotations. */
    private static final class Mappings extends RequestMappingHandlerMapping {

        Mappings() {
            StaticApplicationContext empty = new StaticApplicationContext();
            setApplicationContext(empty);
            setEmbeddedValueResolver(empty.getEnvironment()::resolvePlaceholders);
            afterPropertiesSet();
        }

        List<String> of(Class<?> controller) {
            Map<Method, RequestMappingInfo> found = MethodIntrospector.selectMethods(
                    controller, (Method method) -> getMappingForMethod(method, controller));
            List<String> mappings = new ArrayList<>();
            found.forEach((method, mapping) -> {
                for (String path : mapping.getPatternValues()) {
                    if (path.startsWith("/api/")) {
                        mappings.add(names(mapping) + " " + path + " " + scope(method) + " " + consumed(mapping));
                    }
                }
            });
            return mappings;
        }

        private static String names(RequestMappingInfo mapping) {
            Collection<RequestMethod> methods = mapping.getMethodsCondition().getMethods();
            return String.join("|", methods.stream().map(RequestMethod::name).toList());
        }

        private static List<String> scope(Method method) {
            RequiresScope own = method.getAnnotation(RequiresScope.class);
            RequiresScope scope = own != null ? own : method.getDeclaringClass().getAnnotation(RequiresScope.class);
            return List.of(scope.value());
        }

        private static Set<String> consumed(RequestMappingInfo mapping) {
            return new TreeSet<>(mapping.getConsumesCondition().getConsumableMediaTypes().stream()
                    .map(MediaType::toString)
                    .toList());
        }
    }
}
