package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.patientsapi.standalone.Api.Answer;

/** The example that reads the feed into a table, run as a newcomer would run it. Left out where there is no Python. */
class FeedExampleTest extends AcceptanceTest {

    private static final Path SCRIPT = Path.of(System.getProperty("basedir", "."), "..", "examples", "branch_days.py");

    @TempDir
    Path folder;

    @Test
    void each_registration_and_visit_counts_once_and_a_cancelled_one_not_at_all() throws Exception {
        Assumptions.assumeTrue(hasPython(), "python3 is not on the path");
        String branch = "EXAMPLE" + System.nanoTime();
        Answer patient = FRONT_DESK
                .post("/patients", People.somebodyWith("branch_id", branch))
                .is(201);
        visit(patient, "2026-03-01");
        String cancelled = visit(patient, "2026-03-01");
        run();

        visit(patient, "2026-03-02");
        FRONT_DESK
                .patch("/patients/" + patient.id() + "/visits/" + cancelled, Map.of("status", "cancelled"))
                .is(200);
        String table = run("--days", "2", "--until", "2026-03-02", "--svg", "plot.svg");

        assertThat(table.lines().filter(line -> line.startsWith(branch)).map(line -> line.replaceAll(" +", " ")))
                .containsExactly(branch + " 2026-03-01 0 1", branch + " 2026-03-02 0 1");
        assertThat(Files.readString(folder.resolve("plot.svg")))
                .startsWith("<svg")
                .contains(branch);
        String today = Instant.parse(patient.text("registered_at"))
                .atZone(ZoneId.of("Asia/Kolkata"))
                .toLocalDate()
                .toString();
        assertThat(run("--days", "1", "--until", today).lines().map(line -> line.replaceAll(" +", " ")))
                .contains(branch + " " + today + " 1 0");
    }

    /** As while the service is started anew behind a gateway. */
    @Test
    void whoever_follows_waits_for_a_feed_that_is_away_or_breaks_off() throws Exception {
        Assumptions.assumeTrue(hasPython(), "python3 is not on the path");
        AtomicInteger asked = new AtomicInteger();
        HttpServer feed = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        feed.createContext("/oauth2/token", exchange -> answer(exchange, 200, "{\"access_token\": \"t\"}", 0));
        feed.createContext("/api/v1/events", exchange -> {
            int time = asked.incrementAndGet();
            exchange.getResponseHeaders().add("Retry-After", "0");
            exchange.getResponseHeaders().add("Link", "</api/v1/events?after=x>; rel=\"next\"");
            answer(exchange, time <= 2 ? 503 : 200, "[]", time == 3 ? 1 : 0);
        });
        feed.start();
        Process script = start("http://localhost:" + feed.getAddress().getPort(), "--follow");
        try {
            await().atMost(Duration.ofSeconds(30)).until(() -> asked.get() > 4 || !script.isAlive());

            assertThat(script.isAlive()).isTrue();
        } finally {
            script.destroyForcibly();
            feed.stop(0);
        }
    }

    /** @param lacking so many bytes that are announced and do not come */
    private static void answer(HttpExchange exchange, int status, String body, int lacking) throws IOException {
        exchange.sendResponseHeaders(status, body.length() + lacking);
        exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
        exchange.close();
    }

    private static String visit(Answer patient, String day) {
        return FRONT_DESK
                .post(
                        "/patients/" + patient.id() + "/visits",
                        Map.of("type", "OPD", "date", day, "provider", Map.of("name", "Dr Rao")))
                .is(201)
                .text("visit_id");
    }

    private String run(String... options) throws IOException, InterruptedException {
        Process script = start(API.address(), options);
        String output = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(script.waitFor()).as(output).isZero();
        return output;
    }

    private Process start(String address, String... options) throws IOException {
        List<String> command = new ArrayList<>(
                List.of("python3", SCRIPT.toAbsolutePath().toString(), "--url", address, "--db", "feed.sqlite"));
        command.addAll(List.of(options));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
    }

    private static boolean hasPython() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException notThere) {
            return false;
        }
    }
}
