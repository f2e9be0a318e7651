package org.patientsapi.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.patientsapi.standalone.DemoPatients.Household;
import org.patientsapi.standalone.DemoPatients.Registration;
import org.patientsapi.values.DateOfBirth;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Registers some people and their visits in an empty register, the way any client would: over HTTP, with the token of a front desk. A file
 * stands in the data folder while it is at it; where it was interrupted, a start within 23 hours goes on, and a later
 * one leaves it as it is. Each registration has its own {@code Idempotency-Key}, so that nobody is registered twice.
 */
final class DemoHospital implements ApplicationRunner {

    static final int PATIENTS = 500;

    private static final String CLIENT = "front-desk";
    private static final int AT_ONCE = 8;
    private static final int ATTEMPTS = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LISTED_POLL = Duration.ofMillis(200);

    /** Keys are forgotten after 24 hours; before that it is safe to go on. */
    private static final Duration RESUMABLE = Duration.ofHours(23);

    private static final Logger LOG = LoggerFactory.getLogger(DemoHospital.class);

    private final StandaloneSettings settings;
    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Clock clock;
    private final Consumer<String> progress;
    private final BooleanSupplier apiRuns;

    /** @param apiRuns no more when somebody stops it meanwhile */
    DemoHospital(
            StandaloneSettings settings,
            JdbcClient jdbc,
            JsonMapper json,
            Clock clock,
            Consumer<String> progress,
            BooleanSupplier apiRuns) {
        this.settings = settings;
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
        this.progress = progress;
        this.apiRuns = apiRuns;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        Path unfinished = settings.dataDirectory().resolve("demo-hospital.unfinished");
        try {
            if (isWanted(unfinished)) {
                registerAll(LocalDate.ofInstant(
                        Files.getLastModifiedTime(unfinished).toInstant(), ZoneOffset.UTC));
            }
            Files.deleteIfExists(unfinished);
        } catch (IOException | RuntimeException e) {
            // Nobody needs the demo for real work, so that it never keeps the API from starting.
            if (apiRuns.getAsBoolean()) {
                LOG.warn(
                        "The demo hospital is not complete ({}); a start within {} hours of its beginning goes on with it",
                        e.toString(),
                        RESUMABLE.toHours());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isWanted(Path unfinished) throws IOException {
        if (Files.exists(unfinished)) {
            Instant begun = Files.getLastModifiedTime(unfinished).toInstant();
            return begun.isAfter(clock.instant().minus(RESUMABLE));
        }
        if (jdbc.sql("select exists (select from domain_event)")
                .query(Boolean.class)
                .single()) {
            return false;
        }
        Files.createFile(unfinished);
        return true;
    }

    /** @param opening the day on which it was begun */
    private void registerAll(LocalDate opening) throws IOException, InterruptedException {
        progress.accept("Registering a demo hospital of " + PATIENTS + " made-up patients (first start only)");
        long begun = System.nanoTime();
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
                ExecutorService desks =
                        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            String token = token(http);
            List<Future<?>> registered = new ArrayList<>();
            for (Household household : DemoPatients.make(PATIENTS)) {
                registered.add(desks.submit(() -> register(household, opening, http, token)));
            }
            try {
                for (Future<?> household : registered) {
                    household.get();
                }
            } catch (ExecutionException e) {
                desks.shutdownNow();
                throw cause(e);
            }
            awaitListed(http, token);
        }
        progress.accept("The demo hospital is open (" + (System.nanoTime() - begun) / 1_000_000_000 + " s)");
    }

    /** So that the first search of a newcomer finds them all. Should it take too long, they are found later. */
    private void awaitListed(HttpClient http, String token) throws IOException, InterruptedException {
        HttpRequest request = request("/api/v1/patients?per_page=1", token).build();
        for (Instant end = clock.instant().plus(PATIENCE); clock.instant().isBefore(end); ) {
            HttpResponse<Void> answer = http.send(request, BodyHandlers.discarding());
            if (answer.headers().firstValueAsLong("X-Total-Count").orElse(0) >= PATIENTS) {
                return;
            }
            Thread.sleep(LISTED_POLL);
        }
    }

    private HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(URI.create(settings.address() + path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token);
    }

    private static IOException cause(ExecutionException e) {
        return e.getCause() instanceof IOException failed ? failed : new IOException(e.getCause());
    }

    private @Nullable Void register(Household household, LocalDate opening, HttpClient http, String token)
            throws IOException, InterruptedException {
        String previous = null;
        for (Registration registration : household.members()) {
            ObjectNode body = registration.body();
            // Of a twin whose day of birth nobody knows, nobody takes it for the other.
            if (registration.twin() && previous != null && hasBirthday(body)) {
                body.putObject("duplicate_override").put("reason", "twin").put("of", previous);
            }
            String key = "demo-hospital-" + registration.number();
            String id = post("", key, body, http, token);
            if (id != null) {
                List<ObjectNode> visits = DemoVisits.of(registration.number(), opening);
                for (int n = 0; n < visits.size(); n++) {
                    post("/" + id + "/visits", key + "-visit-" + n, visits.get(n), http, token);
                }
            }
            previous = id;
        }
        return null;
    }

    private static boolean hasBirthday(ObjectNode body) {
        return DateOfBirth.of(body.get("date_of_birth").stringValue()).isComplete();
    }

    /** @return the patient's id; {@code null} for a visit, and where somebody else has registered this person */
    private @Nullable String post(String path, String key, ObjectNode body, HttpClient http, String token)
            throws IOException, InterruptedException {
        HttpRequest request = request("/api/v1/patients" + path, token)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(json.writeValueAsString(body)))
                .build();
        for (int attempt = 1; ; attempt++) {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            switch (answer.statusCode()) {
                case 201 -> {
                    return json.readTree(answer.body()).path("id").stringValue(null);
                }
                case 409 -> {
                    return null;
                }
                case 429, 503 -> {
                    if (attempt == ATTEMPTS) {
                        throw new RefusedException(answer.statusCode());
                    }
                    Thread.sleep(Duration.ofSeconds(attempt));
                }
                default -> throw new RefusedException(answer.statusCode());
            }
        }
    }

    private String token(HttpClient http) throws IOException, InterruptedException {
        String login = CLIENT + ":" + CLIENT + "-secret";
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(settings.address() + "/oauth2/token"))
                        .timeout(PATIENCE)
                        .header(
                                "Authorization",
                                "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("grant_type=client_credentials"))
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new RefusedException(answer.statusCode());
        }
        return json.readTree(answer.body()).get("access_token").stringValue();
    }

    /** Carries the status only: the answer's body may repeat what was sent. */
    private static final class RefusedException extends IOException {

        RefusedException(int status) {
            super("the API answered " + status);
        }
    }
}
