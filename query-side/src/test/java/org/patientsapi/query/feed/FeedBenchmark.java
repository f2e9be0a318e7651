package org.patientsapi.query.feed;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.messaging.MetaData;
import org.patientsapi.api.Contact;
import org.patientsapi.api.MedicalSummary;
import org.patientsapi.api.MedicalSummary.Diagnosis;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientEvent.ContactChanged;
import org.patientsapi.api.PatientEvent.MedicalSummaryChanged;
import org.patientsapi.api.PatientEvent.PatientRegistered;
import org.patientsapi.api.PatientEvent.StatusChanged;
import org.patientsapi.api.PatientEvent.VisitRecorded;
import org.patientsapi.api.Visit;
import org.patientsapi.platform.eventstore.HomeBranch;
import org.patientsapi.platform.vault.PatientKeys;
import org.patientsapi.testbackends.TestBackends;
import org.patientsapi.testbackends.TestDatabase;
import org.patientsapi.testbackends.TestProcesses;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * How fast does a consumer read the whole log over HTTP, and how much memory does that take in the server? The measure is a
 * plain SQL reading of the same rows in the same pages, each row made JSON as it is, by one thread without HTTP and without
 * decrypting. Everything is on this machine: PostgreSQL, the server in a JVM of 256 MB, and the consumer, which looks at
 * every event.
 *
 * <p>Arguments: how many events (1000000), and how many stalled consumers beside the second reading (50).
 */
final class FeedBenchmark {

    private static final int EVENTS_PER_PATIENT = 5;
    private static final int PATIENTS_PER_TRANSACTION = 200;
    private static final int FILLERS = 2;
    private static final int PAGE = 1000;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final TestDatabase database = TestBackends.freshDatabase();
    private final Path folder = Files.createTempDirectory("feed-benchmark");
    private final int port = TestProcesses.freePort();
    private final RSAKey key = new RSAKeyGenerator(2048).keyID("benchmark").generate();
    private final String address = "http://localhost:" + port;
    private final String token = token();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private FeedBenchmark() throws Exception {}

    public static void main(String[] arguments) throws Exception {
        int events = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        int stalled = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 50;
        new FeedBenchmark().run(events, stalled);
        System.exit(0);
    }

    private void run(int events, int stalled) throws Exception {
        System.out.printf("Storing %,d events, encrypted by the product%n", events);
        fill(events);
        Files.writeString(folder.resolve("key.json"), key.toJSONString());
        Process server = startServer();
        try {
            read(Math.min(events, 100_000), server);
            Result plain = plainSql(events);
            Result feed = read(events, server);
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < stalled; i++) {
                sockets.add(stall());
            }
            Result beside = read(events, server);
            System.out.printf(
                    "| reading %,d events | events/s | ratio | server's memory at its start, at most |%n", events);
            System.out.println("|---|---|---|---|");
            row("plain SQL and JSON", plain, plain);
            row("the feed over HTTP", feed, plain);
            row("the feed beside %d stalled consumers".formatted(stalled), beside, plain);
            for (Socket socket : sockets) {
                socket.close();
            }
        } finally {
            server.destroy();
        }
    }

    private record Result(double perSecond, long startMegabytes, long mostMegabytes) {}

    private static void row(String name, Result result, Result measure) {
        System.out.printf(
                "| %s | %,.0f | %.2f | %s |%n",
                name,
                result.perSecond(),
                result.perSecond() / measure.perSecond(),
                result.mostMegabytes() == 0 ? "" : result.startMegabytes() + " MB, " + result.mostMegabytes() + " MB");
    }

    private void fill(int events) throws Exception {
        try (FeedNode node = FeedNode.start(settings());
                ExecutorService threads = Executors.newFixedThreadPool(FILLERS)) {
            int patients = events / EVENTS_PER_PATIENT;
            List<Future<?>> filling = new ArrayList<>();
            for (int from = 0; from < patients; from += PATIENTS_PER_TRANSACTION) {
                int many = Math.min(PATIENTS_PER_TRANSACTION, patients - from);
                filling.add(threads.submit(() -> store(node, many)));
            }
            for (Future<?> done : filling) {
                done.get();
            }
        }
    }

    private static void store(FeedNode node, int patients) {
        PatientKeys keys = node.bean(PatientKeys.class);
        new TransactionTemplate(node.bean(PlatformTransactionManager.class)).executeWithoutResult(status -> {
            List<DomainEventMessage<?>> messages = new ArrayList<>();
            for (int i = 0; i < patients; i++) {
                List<PatientEvent> life = life(FeedNode.newId());
                PatientRegistered first = (PatientRegistered) life.getFirst();
                keys.create(first.patientId(), first.identifiers().patientId());
                for (int n = 0; n < life.size(); n++) {
                    messages.add(new GenericDomainEventMessage<>(
                            "patient",
                            first.patientId(),
                            n,
                            life.get(n),
                            MetaData.from(new HomeBranch("BLR", null).metadata())));
                }
            }
            node.bean(EventStorageEngine.class).appendEvents(messages);
        });
    }

    private static List<PatientEvent> life(String id) {
        PatientRegistered registered = FeedNode.registered(id);
        Contact contact = registered.contact();
        Visit visit = new Visit(
                FeedNode.newId(),
                4,
                Visit.OPD,
                "BLR",
                "2026-11-20",
                null,
                null,
                new Visit.Provider("D-17", "Dr Meera Nair"),
                "Cardiology",
                "Review after a month",
                Visit.RECORDED);
        return List.of(
                registered,
                new ContactChanged(id, contact),
                new MedicalSummaryChanged(
                        id,
                        new MedicalSummary(
                                List.of(new Diagnosis("E11.9", "ICD-10", "Type 2 diabetes mellitus", "2019")),
                                List.of(),
                                List.of())),
                new VisitRecorded(id, visit),
                new StatusChanged(id, "inactive"));
    }

    private Process startServer() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                TestProcesses.java(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                FeedServer.class.getName(),
                "--server.port=" + port,
                "--spring.security.oauth2.resourceserver.jwt.issuer-uri=" + address,
                "--patients.feed.streams-per-client=1000",
                "--patients.rate-limit.requests=1000000",
                "--benchmark.key-file=" + folder.resolve("key.json"),
                "--spring.main.banner-mode=off",
                "--logging.level.root=warn"));
        command.addAll(List.of(settings()));
        Process server = new ProcessBuilder(command).inheritIO().start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::destroyForcibly));
        while (server.isAlive()) {
            try {
                if (get(address + "/api/v1/events?limit=1").statusCode() == 200) {
                    return server;
                }
            } catch (IOException notYet) {
                Thread.sleep(200);
            }
        }
        throw new IllegalStateException("The server does not start");
    }

    /** Follows the feed from its beginning until it has this many events. */
    private Result read(int events, Process server) throws Exception {
        long startMemory = memory(server);
        long most = startMemory;
        long began = System.nanoTime();
        int read = 0;
        String next = address + "/api/v1/events?limit=" + PAGE;
        while (read < events) {
            HttpResponse<InputStream> page = get(next);
            next = address + page.headers().firstValue("Link").orElseThrow().replaceFirst("<([^>]+)>.*", "$1");
            int inPage = count(page.body());
            if (inPage == 0) {
                throw new IllegalStateException("The feed ends after " + read);
            }
            read += inPage;
            if (read % 10_000 == 0) {
                most = Math.max(most, memory(server));
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        return new Result(read / seconds, startMemory, most);
    }

    private HttpResponse<InputStream> get(String url) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.ofInputStream());
    }

    /** Reads every token, as a consumer would. */
    private static int count(InputStream body) {
        int events = 0;
        try (JsonParser json = JSON.createParser(body)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.PROPERTY_NAME
                        && json.currentName().equals("specversion")) {
                    events++;
                }
            }
        }
        return events;
    }

    private Result plainSql(int events) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        database.jdbcUrl(),
                        database.application().user(),
                        database.application().password());
                PreparedStatement page = connection.prepareStatement(
                        "select global_index, event_id, aggregate_id, sequence_number, payload_type, payload_revision,"
                                + " occurred_at, payload, metadata from domain_event where global_index > ?"
                                + " order by global_index limit " + PAGE)) {
            long began = System.nanoTime();
            long after = 0;
            int read = 0;
            while (read < events) {
                page.setLong(1, after);
                ByteArrayOutputStream bytes = new ByteArrayOutputStream(PAGE * 1024);
                try (ResultSet rows = page.executeQuery();
                        JsonGenerator json = JSON.createGenerator(bytes)) {
                    json.writeStartArray();
                    while (rows.next()) {
                        after = rows.getLong(1);
                        read++;
                        json.writeStartObject();
                        for (int column = 1; column <= 7; column++) {
                            json.writeStringProperty(rows.getMetaData().getColumnName(column), rows.getString(column));
                        }
                        json.writeName("payload");
                        json.writeBinary(rows.getBytes(8));
                        json.writeStringProperty("metadata", rows.getString(9));
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                }
            }
            return new Result(read / ((System.nanoTime() - began) / 1e9), 0, 0);
        }
    }

    /** A consumer that asks for everything and takes nothing. */
    private Socket stall() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress("localhost", port));
        socket.getOutputStream()
                .write(("GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Resident megabytes. */
    private static long memory(Process server) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(server.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(0);
    }

    private String token() {
        Instant now = Instant.now();
        return new NimbusJwtEncoder(new ImmutableJWKSet<>(new JWKSet(key)))
                .encode(JwtEncoderParameters.from(JwtClaimsSet.builder()
                        .issuer(address)
                        .audience(List.of("patients-api"))
                        .subject("benchmark")
                        .claim("scope", "events:read")
                        .issuedAt(now)
                        .expiresAt(now.plus(Duration.ofHours(1)))
                        .build()))
                .getTokenValue();
    }

    private String[] settings() {
        return FeedNode.settings(database, folder.resolve("vault.json"));
    }
}
