package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.patientsapi.command.CommandSideApplication;
import org.patientsapi.embedded.EmbeddedBackends;
import org.patientsapi.platform.openapi.PublishedMethods;
import org.patientsapi.query.QuerySideApplication;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.stereotype.Controller;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code docker-compose.yml} and what it mounts: all that can be known of it without starting it. */
class DeploymentTest {

    private static final Path ROOT = Path.of("..");
    private static final Map<String, String> SIDES = Map.of("command_side", "command-side", "query_side", "query-side");

    private final JsonNode compose = compose();
    private final JsonNode services = compose.get("services");

    @Test
    void compose_file_is_valid_by_the_specifications_schema() throws IOException {
        try (InputStream file = getClass().getResourceAsStream("/compose-spec.json")) {
            ObjectNode schema = (ObjectNode) Api.JSON.readTree(file);
            // Left over from an older draft than the one it says it is written in.
            schema.findParents("id").forEach(parent -> ((ObjectNode) parent).remove("id"));
            assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2019_09)
                            .getSchema(schema)
                            .validate(compose))
                    .isEmpty();
        }
    }

    @Test
    void whatever_it_mounts_copies_and_waits_for_is_there() throws IOException {
        List<String> mounted = new ArrayList<>();
        services.properties().forEach(service -> {
            service.getValue().path("volumes").forEach(volume -> {
                String source = volume.asString().split(":", 2)[0];
                if (source.startsWith("./")) {
                    mounted.add(source);
                } else {
                    assertThat(compose.get("volumes").has(source)).as(source).isTrue();
                }
            });
            service.getValue()
                    .path("depends_on")
                    .properties()
                    .forEach(needed -> assertThat(isHealthChecked(services.path(needed.getKey())))
                            .as("%s waits for the health of %s", service.getKey(), needed.getKey())
                            .isTrue());
        });
        assertThat(mounted).hasSizeGreaterThan(5);
        assertThat(mounted)
                .allSatisfy(source -> assertThat(ROOT.resolve(source)).exists());
        assertThat(dockerfile().lines().filter(line -> line.startsWith("COPY deploy/")))
                .isNotEmpty()
                .allSatisfy(copy -> assertThat(ROOT.resolve(copy.split(" ")[1])).exists());
    }

    private static boolean isHealthChecked(JsonNode service) {
        return service.has("healthcheck") || service.has("build");
    }

    @Test
    void images_run_as_an_ordinary_user_and_nothing_asks_for_privileges() throws IOException {
        assertThat(dockerfile())
                .containsPattern("\nUSER (?!0|root)\\S+\n")
                .contains("HEALTHCHECK", "--layers", "AS build");
        assertThat(compose.toString())
                .doesNotContain("\"privileged\"", "ulimits", "memlock", "cap_add", "network_mode", "\"user\":\"root\"");
    }

    /** PostgreSQL's image alone begins as root, and drops to its own user by itself. */
    @Test
    void every_service_is_pinned_to_a_version_health_checked_bounded_in_its_logs_and_gains_no_privileges()
            throws IOException {
        List<String> images = new ArrayList<>();
        services.properties().forEach(entry -> {
            JsonNode service = entry.getValue();
            assertThat(isHealthChecked(service)).as(entry.getKey()).isTrue();
            assertThat(service.at("/logging/options").has("max-size"))
                    .as(entry.getKey())
                    .isTrue();
            assertThat(service.path("security_opt").toString())
                    .as(entry.getKey())
                    .isEqualTo("[\"no-new-privileges:true\"]");
            if (!entry.getKey().equals("postgres")) {
                assertThat(service.path("cap_drop").toString())
                        .as(entry.getKey())
                        .isEqualTo("[\"ALL\"]");
            }
            if (!service.has("build")) {
                images.add(service.get("image").asString());
            }
        });
        Matcher from = Pattern.compile("(?m)^FROM (\\S+)").matcher(dockerfile());
        while (from.find()) {
            images.add(from.group(1));
        }
        assertThat(images).hasSizeGreaterThan(8).allMatch(image -> image.matches("[^:]+:v?\\d+\\.\\d+\\S*"), "pinned");
        assertThat(services.at("/elasticsearch/image").asString())
                .as("the same as the embedded one")
                .endsWith(":" + EmbeddedBackends.elasticsearchVersion());
        assertThat(services.at("/postgres/image").asString())
                .as("the same as the embedded one")
                .endsWith(":" + EmbeddedBackends.postgresVersion());
    }

    private static String dockerfile() throws IOException {
        return Files.readString(ROOT.resolve("deploy/Dockerfile"));
    }

    @Test
    void both_sides_run_twice_and_the_gateway_knows_all_of_them() {
        Map<String, List<String>> upstreams = new GatewayRules().upstreams();

        SIDES.forEach((upstream, side) -> {
            List<String> nodes = services.properties().stream()
                    .filter(service -> service.getValue()
                            .at("/build/args/SIDE")
                            .asString("")
                            .equals(side))
                    .map(service -> service.getKey() + ":8080")
                    .toList();
            assertThat(nodes).hasSize(2);
            assertThat(upstreams.get(upstream)).containsExactlyInAnyOrderElementsOf(nodes);
        });
        assertThat(upstreams.get("issuer")).containsExactly("keycloak:8080");
        assertThat(upstreams).hasSize(3);
    }

    /** As the sides do: people type names and phone numbers where an id belongs, and in searches. */
    @Test
    void the_gateway_logs_the_route_and_neither_the_path_nor_the_query() throws IOException {
        assertThat(Files.readString(ROOT.resolve("deploy/gateway/nginx.conf")))
                .containsPattern("log_format routes [^;]*\\$route")
                .doesNotContainPattern(
                        "log_format [^;]*\\$(request_method|uri|request_uri|request|args|query_string|document_uri)\\b")
                .contains("access_log /dev/stdout routes;", "error_log /dev/stderr emerg;");
    }

    /** Whatever a server of one's own logs: each of these has it write down statements. */
    @Test
    void the_passwords_of_the_roles_get_into_no_log_of_the_server() throws IOException {
        assertThat(Files.readString(ROOT.resolve("deploy/postgres/roles.sh")))
                .containsSubsequence(
                        "SET log_statement = 'none';",
                        "SET log_min_duration_statement = -1;",
                        "SET log_min_duration_sample = -1;",
                        "SET log_transaction_sample_rate = 0;",
                        "SET log_min_error_statement = 'panic';",
                        "CREATE ROLE");
    }

    @Test
    void every_operation_goes_through_the_gateway_to_the_side_that_serves_it() {
        GatewayRules rules = new GatewayRules();
        Map<String, Set<String>> served = Map.of(
                "command_side", served(CommandSideApplication.class), "query_side", served(QuerySideApplication.class));
        Map<String, String> routes = new TreeMap<>();

        OpenApiContract.PUBLISHED
                .document()
                .get("paths")
                .properties()
                .forEach(path -> path.getValue().propertyNames().stream()
                        .filter(name -> Stream.of(RequestMethod.values())
                                .anyMatch(method -> method.name().equalsIgnoreCase(name)))
                        .filter(name -> path.getKey().startsWith("/api/"))
                        .forEach(name -> {
                            String method = name.toUpperCase(Locale.ROOT);
                            GatewayRules.Target target = rules.target(method, path.getKey());
                            assertThat(target.path()).isEqualTo(path.getKey());
                            routes.put(method + " " + path.getKey(), target.upstream());
                        }));

        assertThat(routes).hasSizeGreaterThan(10);
        assertThat(routes)
                .allSatisfy((operation, upstream) -> assertThat(served.get(upstream))
                        .as("%s goes to the %s", operation, upstream)
                        .contains(operation));
        for (String operations : List.of("/actuator/index", "/actuator/index/rebuild", "/actuator/parked")) {
            assertThat(rules.target("POST", operations).upstream()).isEqualTo("query_side");
        }
        assertThat(rules.target("HEAD", "/api/v1/patients").upstream()).isEqualTo("query_side");
        assertThat(rules.target("POST", "/oauth2/token"))
                .isEqualTo(new GatewayRules.Target("issuer", "/realms/patients/protocol/openid-connect/token"));
    }

    /** What goes to one of them by its method may have other methods at the other. */
    @Test
    void both_sides_know_the_methods_of_the_whole_api() {
        assertThat(List.of(CommandSideApplication.class, QuerySideApplication.class))
                .allSatisfy(side ->
                        assertThat(side.getAnnotation(Import.class).value()).contains(PublishedMethods.class));
    }

    /** Method and path of every handler in the packages of a side. */
    private static Set<String> served(Class<?> application) {
        ClassPathScanningCandidateComponentProvider scan = new ClassPathScanningCandidateComponentProvider(false);
        scan.addIncludeFilter(new AnnotationTypeFilter(Controller.class));
        Set<String> operations = new TreeSet<>();
        scan.findCandidateComponents(application.getPackageName()).forEach(bean -> {
            Class<?> controller = ClassUtils.resolveClassName(String.valueOf(bean.getBeanClassName()), null);
            RequestMapping prefix = AnnotatedElementUtils.findMergedAnnotation(controller, RequestMapping.class);
            for (Method handler : ReflectionUtils.getDeclaredMethods(controller)) {
                RequestMapping mapping = AnnotatedElementUtils.findMergedAnnotation(handler, RequestMapping.class);
                if (mapping != null) {
                    for (RequestMethod method : mapping.method()) {
                        operations.add(method + " " + path(prefix) + path(mapping));
                    }
                }
            }
        });
        return operations;
    }

    private static String path(RequestMapping mapping) {
        return mapping == null || mapping.path().length == 0 ? "" : mapping.path()[0];
    }

    @Test
    void every_environment_variable_of_a_side_is_one_of_its_properties() throws IOException {
        Set<String> ofSpring = propertiesOfSpring();
        SIDES.values().forEach(side -> {
            Set<String> known = new TreeSet<>(ofSpring);
            known.addAll(ownProperties("platform"));
            known.addAll(ownProperties(side));
            Set<String> variables =
                    known.stream().flatMap(DeploymentTest::variables).collect(Collectors.toSet());
            services.properties().stream()
                    .filter(service -> service.getKey().startsWith(side))
                    .forEach(service -> assertThat(service.getValue().get("environment").propertyNames().stream()
                                    .filter(variable -> !variables.contains(variable)))
                            .as("what %s does not know", service.getKey())
                            .isEmpty());
        });
    }

    @Test
    void every_setting_is_documented_and_every_documented_setting_exists() throws IOException {
        Set<String> settings = new TreeSet<>();
        for (String module : List.of("platform", "command-side", "query-side", "standalone")) {
            settings.addAll(ownProperties(module));
        }
        Set<String> documented = Pattern.compile("(?m)^\\| `(patients\\.[a-z.-]+)`")
                .matcher(Files.readString(ROOT.resolve("docs/settings.md")))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(documented).isEqualTo(settings).hasSizeGreaterThan(40);
    }

    /** As Spring Boot's relaxed binding has it: dashes may be left out or be underscores. */
    private static Stream<String> variables(String property) {
        String upper = property.replace('.', '_').toUpperCase(Locale.ROOT);
        return Stream.of(upper.replace("-", ""), upper.replace('-', '_'));
    }

    private static Set<String> propertiesOfSpring() throws IOException {
        Set<String> names = new TreeSet<>();
        for (URL metadata : Collections.list(
                DeploymentTest.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream json = metadata.openStream()) {
                Api.JSON
                        .readTree(json)
                        .get("properties")
                        .forEach(property -> names.add(property.get("name").asString()));
            }
        }
        assertThat(names).contains("server.port");
        return names;
    }

    /** Those that are bound to a record, and those that are asked for one by one. */
    private static Set<String> ownProperties(String module) {
        Set<String> names = new TreeSet<>();
        Path classes = ROOT.resolve(module).resolve("src/main/java");
        Pattern single =
                Pattern.compile("(?:\\$\\{|@ConditionalOnProperty\\(\"|getProperty\\(\")(patients\\.[a-z.-]+)");
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                String source = Files.readString(file);
                Matcher matcher = single.matcher(source);
                while (matcher.find()) {
                    names.add(matcher.group(1));
                }
                if (source.contains("@ConfigurationProperties(")) {
                    String name = classes.relativize(file)
                            .toString()
                            .replace('/', '.')
                            .replaceFirst("\\.java$", "");
                    bound(ClassUtils.resolveClassName(name, null), names);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }

    private static void bound(Class<?> type, Set<String> names) {
        ConfigurationProperties annotation = type.getAnnotation(ConfigurationProperties.class);
        if (annotation != null) {
            components(annotation.value(), type, names);
        }
        for (Class<?> nested : type.getDeclaredClasses()) {
            bound(nested, names);
        }
    }

    private static void components(String prefix, Class<?> type, Set<String> names) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "."
                    + component.getName().replaceAll("[A-Z]", "-$0").toLowerCase(Locale.ROOT);
            if (component.getType().isRecord()) {
                components(name, component.getType(), names);
            } else {
                names.add(name);
            }
        }
    }

    @Test
    void the_realm_holds_the_demo_clients_with_their_scopes_and_branches() throws IOException {
        JsonNode realm = Api.JSON.readTree(
                ROOT.resolve("deploy/keycloak/patients-realm.json").toFile());
        assertThat(realm.get("realm").asString()).isEqualTo("patients");
        Map<String, String> imported = new TreeMap<>();
        realm.get("clients").forEach(client -> {
            Set<String> scopes = new TreeSet<>();
            client.get("defaultClientScopes").forEach(scope -> scopes.add(scope.asString()));
            assertThat(scopes.remove("patients-api-audience")).isTrue();
            imported.put(
                    client.get("clientId").asString(),
                    client.get("secret").asString() + " " + scopes + " "
                            + client.path("protocolMappers")
                                    .at("/0/config/claim.value")
                                    .asString("[]"));
        });

        Map<String, String> demo = new TreeMap<>();
        for (RegisteredClient client : DemoClients.all()) {
            demo.put(
                    client.getClientId(),
                    client.getClientSecret().replace("{noop}", "") + " " + new TreeSet<>(client.getScopes()) + " "
                            + Api.JSON.writeValueAsString(
                                    client.getClientSettings().getSetting("branch_ids")));
        }
        assertThat(imported).isEqualTo(demo);
    }

    /** With anchors and merged mappings resolved, as Docker resolves them. */
    private static JsonNode compose() {
        try (Reader file = Files.newBufferedReader(ROOT.resolve("docker-compose.yml"))) {
            return Api.JSON.valueToTree(new Yaml().load(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
