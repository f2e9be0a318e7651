package org.patientsapi.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.patientsapi.embedded.BackendSettings;
import org.patientsapi.embedded.BackendSettings.Parts;
import org.patientsapi.embedded.ElasticsearchSeat;
import org.patientsapi.embedded.EmbeddedBackends;
import org.patientsapi.testbackends.TestBackends;
import org.patientsapi.testbackends.TestDatabase;
import org.patientsapi.testbackends.TestDirectory;
import org.patientsapi.testbackends.TestProcesses;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The product in parts, each a process of its own on this machine: two command sides and two query sides from their
 * executable jars, one PostgreSQL, an Elasticsearch of three nodes, Kafka, and Keycloak with the realm of the compose file,
 * behind a gateway with the rules of the compose file. Started once per JVM, by {@code mvn verify -Pcluster}.
 */
final class Cluster {

    static final int SEARCH_NODES = 3;
    static final String TOPIC = "patients.events";

    private static final Path FOLDER = ProductProcess.emptyFolder("cluster");

    final List<NodeProcess> commandNodes;
    final List<NodeProcess> queryNodes;
    final List<Api> commandSides;
    final List<Api> querySides;

    private final TestDatabase database = TestBackends.freshDatabase();
    private final List<EmbeddedBackends> searchNodes;
    private final int gatewayPort = TestProcesses.freePort();
    private final int issuerPort = TestProcesses.freePort();

    private Cluster() {
        CompletableFuture<NodeProcess> issuer = CompletableFuture.supplyAsync(this::startKeycloak);
        searchNodes = startSearchEngine();
        List<Integer> ports = TestProcesses.freePorts(4);
        startGateway(ports);
        commandNodes = IntStream.of(0, 1)
                .mapToObj(i -> startNode("command-side", ports.get(i), i))
                .toList();
        queryNodes = IntStream.of(2, 3)
                .mapToObj(i -> startNode("query-side", ports.get(i), i))
                .toList();
        commandSides = List.of(api(ports.get(0)), api(ports.get(1)));
        querySides = List.of(api(ports.get(2)), api(ports.get(3)));
        issuer.join().awaitReady();
        Stream.concat(commandNodes.stream(), queryNodes.stream()).forEach(NodeProcess::awaitReady);
    }

    private static final class Started {
        static final Cluster CLUSTER = new Cluster();
    }

    static boolean isUnderTest() {
        return "cluster".equals(System.getProperty("patients.installation"));
    }

    static Cluster running() {
        return Started.CLUSTER;
    }

    String address() {
        return "http://localhost:" + gatewayPort;
    }

    /** All that a test of the contract may have injected. */
    AnnotationConfigApplicationContext database() {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "database",
                        Map.of(
                                "spring.flyway.url", database.jdbcUrl(),
                                "spring.flyway.user", database.owner().user(),
                                "spring.flyway.password", database.owner().password())));
        context.registerBean(JdbcClient.class, this::jdbc);
        context.refresh();
        return context;
    }

    JdbcClient jdbc() {
        return JdbcClient.create(new DriverManagerDataSource(
                database.jdbcUrl(),
                database.application().user(),
                database.application().password()));
    }

    /** One node, asked by itself and not through the gateway. It gives out no tokens. */
    private Api api(int port) {
        return new Api("http://localhost:" + port, false);
    }

    private void startGateway(List<Integer> ports) {
        try {
            new Gateway(
                    gatewayPort,
                    Map.of(
                            "command_side", List.of("localhost:" + ports.get(0), "localhost:" + ports.get(1)),
                            "query_side", List.of("localhost:" + ports.get(2), "localhost:" + ports.get(3)),
                            "issuer", List.of("localhost:" + issuerPort)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private NodeProcess startNode(String side, int port, int number) {
        Path jar = Path.of("..", side, "target", side + "-" + ProductProcess.VERSION + "-exec.jar");
        if (Files.notExists(jar)) {
            throw new IllegalStateException(jar + " is not there: it is packaged by mvn verify -Pcluster");
        }
        Map<String, String> environment = new HashMap<>(Map.of(
                "SERVER_PORT", Integer.toString(port),
                "SERVER_ADDRESS", "127.0.0.1",
                "SERVER_FORWARD_HEADERS_STRATEGY", "native",
                "SPRING_DATASOURCE_URL", database.jdbcUrl(),
                "SPRING_DATASOURCE_USERNAME", database.application().user(),
                "SPRING_DATASOURCE_PASSWORD", database.application().password(),
                "SPRING_FLYWAY_URL", database.jdbcUrl(),
                "SPRING_FLYWAY_USER", database.owner().user(),
                "SPRING_FLYWAY_PASSWORD", database.owner().password()));
        environment.putAll(Map.of(
                "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI",
                address() + "/realms/patients",
                "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_JWK_SET_URI",
                "http://localhost:" + issuerPort + "/realms/patients/protocol/openid-connect/certs",
                // The embedded PostgreSQL takes 60 connections.
                "SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE",
                "6",
                "PATIENTS_VAULT_FILE",
                FOLDER.resolve("keys/vault.json").toString(),
                "PATIENTS_RATE_LIMIT_REQUESTS",
                "1000000",
                "PATIENTS_AUDIT_SEAL_EVERY",
                "200ms"));
        if (side.equals("command-side")) {
            environment.put("PATIENTS_DEFAULT_BRANCH", "BLR");
        } else {
            environment.put("PATIENTS_FEED_PUBLIC_ADDRESS", address());
            environment.put("PATIENTS_KAFKA_BOOTSTRAP_SERVERS", TestBackends.kafkaBootstrapServers());
            environment.put("PATIENTS_KAFKA_TOPIC", TOPIC);
            // With the events' own ids, which can be held against the database.
            environment.put("PATIENTS_KAFKA_TIER", "identified");
            environment.put("PATIENTS_INDEX_REPLICAS", "1");
            environment.put("PATIENTS_INDEX_LOOK_AFTER_EVERY", "1s");
            environment.put(
                    "PATIENTS_ELASTICSEARCH_URIS",
                    searchNodes.stream()
                            .map(node -> node.elasticsearchUri().toString())
                            .collect(Collectors.joining(",")));
        }
        return new NodeProcess(
                FOLDER,
                side + "-" + number,
                List.of(TestProcesses.java(), "-Xmx256m", "-jar", jar.toString()),
                environment,
                URI.create("http://localhost:" + port + "/actuator/health/readiness"));
    }

    private NodeProcess startKeycloak() {
        Path home = Path.of(System.getProperty("keycloak.home"));
        try {
            Files.createDirectories(home.resolve("data/import"));
            try (Stream<Path> old =
                    Files.exists(home.resolve("data/h2")) ? Files.list(home.resolve("data/h2")) : Stream.empty()) {
                for (Path file : old.toList()) {
                    Files.delete(file);
                }
            }
            Files.copy(
                    Path.of("..", "deploy", "keycloak", "patients-realm.json"),
                    home.resolve("data/import/patients-realm.json"),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new NodeProcess(
                FOLDER,
                "keycloak",
                List.of(
                        "bash",
                        home.resolve("bin/kc.sh").toString(),
                        "start-dev",
                        "--import-realm",
                        "--http-host=127.0.0.1",
                        "--http-port=" + issuerPort,
                        "--hostname=" + address()),
                Map.of(
                        "JAVA_HOME", System.getProperty("java.home"),
                        "JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m",
                        "JAVA_OPTS_APPEND", "-XX:TieredStopAtLevel=1"),
                URI.create("http://localhost:" + issuerPort + "/realms/patients"));
    }

    private static Path searchFolder(int node) {
        return FOLDER.resolve("elasticsearch-" + node).toAbsolutePath();
    }

    private static List<EmbeddedBackends> startSearchEngine() {
        List<Integer> transport = TestProcesses.freePorts(SEARCH_NODES);
        List<CompletableFuture<EmbeddedBackends>> starts = new ArrayList<>();
        for (int i = 0; i < SEARCH_NODES; i++) {
            BackendSettings settings = BackendSettings.in(searchFolder(i))
                    .withSoftwareDirectory(TestDirectory.software())
                    .withOnly(Parts.ELASTICSEARCH)
                    .withElasticsearchHeapMegabytes(320)
                    .withElasticsearchPort(TestProcesses.freePort())
                    .withElasticsearchSeat(new ElasticsearchSeat(transport.get(i), transport));
            CompletableFuture<EmbeddedBackends> start = new CompletableFuture<>();
            Thread.ofPlatform().start(() -> {
                try {
                    start.complete(EmbeddedBackends.start(settings));
                } catch (RuntimeException e) {
                    start.completeExceptionally(e);
                }
            });
            starts.add(start);
        }
        List<EmbeddedBackends> nodes =
                starts.stream().map(CompletableFuture::join).toList();
        nodes.forEach(EmbeddedBackends::closeOnJvmExit);
        return nodes;
    }

    URI searchEngine(int node) {
        return searchNodes.get(node).elasticsearchUri();
    }

    /** A node of the search engine is started again by itself when it dies. */
    ProcessHandle searchEngineProcess(int node) {
        String marker = "-Dpatientsapi.embedded=" + searchFolder(node);
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains(marker))
                .reduce((a, b) -> {
                    throw new IllegalStateException("two processes work on " + searchFolder(node));
                })
                .orElseThrow();
    }
}
