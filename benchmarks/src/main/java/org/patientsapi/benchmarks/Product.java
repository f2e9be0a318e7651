package org.patientsapi.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The embedded default in a process of its own, with a register of its own, which outlives it. */
public final class Product implements AutoCloseable {

    /** By its name: a packaged standalone hides its classes from who compiles against it. */
    private static final String MAIN = "org.patientsapi.standalone.PatientsApi";

    /** What it is to get by with under any load; all of it from the start, as the images have it. */
    private static final String HEAP = "512m";

    private static final Duration TOKEN_LASTS = Duration.ofMinutes(1);
    private static final Pattern ENGINE_PORT = Pattern.compile("(?m)^http\\.port: (\\d+)$");
    private static final Pattern DATABASE_PORT = Pattern.compile("(?m)^port = (\\d+)$");

    private final Process process;
    private final Path data;
    private final String address;
    private Duration startedWithin = Duration.ZERO;
    private final Map<String, Token> tokens = new ConcurrentHashMap<>();

    private Product(Process process, Path data, String address) {
        this.process = process;
        this.data = data;
        this.address = address;
    }

    /** Where it takes connections, on this machine. */
    public int port() {
        return URI.create(address).getPort();
    }

    public ProcessHandle process() {
        return process.toHandle();
    }

    /** From the command until it said that it is ready. */
    public Duration startedWithin() {
        return startedWithin;
    }

    /** An answer of the API: who is shown, and how many there are. */
    public record Found(List<String> ids, long total) {}

    /** @param fresh whether it starts with an empty register, whatever is there from an earlier run */
    public static Product start(Path folder, boolean fresh) {
        try {
            Path data = folder.resolve("data");
            if (fresh) {
                delete(data);
            }
            Files.createDirectories(data);
            int port = freePort();
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xms" + HEAP,
                            "-Xmx" + HEAP,
                            "-cp",
                            System.getProperty("java.class.path"),
                            MAIN)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("console.txt").toFile());
            builder.environment().put("SERVER_PORT", Integer.toString(port));
            builder.environment().put("PATIENTS_DATA_DIR", data.toString());
            builder.environment()
                    .put("PATIENTS_SOFTWARE_DIR", folder.resolve("software").toString());
            builder.environment().put("PATIENTS_DEMO_ENABLED", "false");
            long asked = System.nanoTime();
            Product product = new Product(builder.start(), data, "http://localhost:" + port);
            Runtime.getRuntime().addShutdownHook(new Thread(product::close));
            product.awaitReady(folder.resolve("console.txt"));
            product.startedWithin = Duration.ofNanos(System.nanoTime() - asked);
            return product;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> old = Files.walk(folder)) {
                for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private void awaitReady(Path console) throws IOException {
        while (!Files.readString(console).contains("Patients API is ready")) {
            if (!process.isAlive()) {
                throw new IllegalStateException("The product did not start:\n" + Files.readString(console));
            }
            Pause.milliseconds(200);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    /** Where its search engine listens. */
    public URI searchEngine() {
        return URI.create("http://127.0.0.1:" + port("elasticsearch/config/elasticsearch.yml", ENGINE_PORT));
    }

    public Path searchEngineLog() {
        return data.resolve("logs/elasticsearch.log");
    }

    public String databaseUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port("postgresql/cluster/postgresql.conf", DATABASE_PORT) + "/patients";
    }

    /** Of the role that owns the tables. */
    public String databasePassword() {
        return read("secrets/patients-owner.password").strip();
    }

    /** This run's: the configurations are written at every start. */
    private String port(String configuration, Pattern line) {
        Matcher port = line.matcher(read(configuration));
        if (!port.find()) {
            throw new IllegalStateException(configuration + " names no port");
        }
        return port.group(1);
    }

    private String read(String file) {
        try {
            return Files.readString(data.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public JsonNode register(Object body) {
        return Json.MAPPER.readTree(
                Json.send("POST", request("/api/v1/patients"), body).body());
    }

    /** The first people of the answer to a text. */
    public Found search(String text, int first) {
        HttpResponse<String> answer = searchAsIs(text, first);
        return new Found(
                Json.MAPPER
                        .readTree(answer.body())
                        .valueStream()
                        .map(patient -> patient.get("id").asString())
                        .toList(),
                total(answer));
    }

    public HttpResponse<String> searchAsIs(String text, int first) {
        return Json.send(
                "GET",
                request("/api/v1/patients?per_page=" + first + "&search="
                        + URLEncoder.encode(text, StandardCharsets.UTF_8)),
                null);
    }

    public long patients() {
        return total(Json.send("GET", request("/api/v1/patients?per_page=1"), null));
    }

    private static long total(HttpResponse<String> answer) {
        return answer.headers().firstValueAsLong("X-Total-Count").orElseThrow();
    }

    private HttpRequest.Builder request(String path) {
        return request(path, token());
    }

    private HttpRequest.Builder request(String path, String token) {
        return Json.request(URI.create(address + path)).header("Authorization", "Bearer " + token);
    }

    /**
     * What an operator asks for or is told.
     *
     * @param path below {@code /actuator}
     */
    public JsonNode operate(String method, String path) {
        return Json.MAPPER.readTree(Json.send(method, request("/actuator" + path, token("operator")), null)
                .body());
    }

    /** A current one of the demo client {@code front-desk}. */
    public String token() {
        return token("front-desk");
    }

    /** @param taken a moment of {@link System#nanoTime()} */
    private record Token(String value, long taken) {}

    private String token(String client) {
        return tokens.compute(
                        client,
                        (name, current) ->
                                current != null && System.nanoTime() - current.taken() < TOKEN_LASTS.toNanos()
                                        ? current
                                        : takeToken(name))
                .value();
    }

    private Token takeToken(String client) {
        String login = Base64.getEncoder()
                .encodeToString((client + ":" + client + "-secret").getBytes(StandardCharsets.UTF_8));
        String answer = Json.send(
                        "POST",
                        Json.request(URI.create(address + "/oauth2/token"))
                                .setHeader("Content-Type", "application/x-www-form-urlencoded")
                                .header("Authorization", "Basic " + login),
                        "grant_type=client_credentials")
                .body();
        return new Token(Json.MAPPER.readTree(answer).get("access_token").asString(), System.nanoTime());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
