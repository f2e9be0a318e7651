package org.patientsapi.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.patientsapi.benchmarks.Pause;
import org.patientsapi.benchmarks.Product;
import org.patientsapi.benchmarks.load.PacedRegistrations.Latencies;

class PacedRegistrationsTest {

    private static final int TAKES_MILLIS = 20;

    private final StringBuilder registered = new StringBuilder();

    @Test
    void a_pace_that_is_not_kept_shows_in_the_times_of_all_that_were_due(@TempDir Path folder) throws Exception {
        // One thread serves all.
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        try {
            Product product = product("http://localhost:" + server.getAddress().getPort(), folder);
            Operations operations = new Operations(product, new People(folder.resolve("people.txt")));

            Latencies latencies = new PacedRegistrations(product, operations, 200, 0, 1).measure();

            assertThat(latencies.done()).isLessThan(100);
            assertThat(latencies.visible99())
                    .as("of 200 that take 20 ms, the last one")
                    .isGreaterThan(2_500);
        } finally {
            server.stop(0);
        }
    }

    /** One that somebody else has started. */
    private static Product product(String address, Path data) throws ReflectiveOperationException {
        Constructor<Product> constructor =
                Product.class.getDeclaredConstructor(Process.class, Path.class, String.class);
        constructor.setAccessible(true);
        return constructor.newInstance(null, data, address);
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        String answer = registered.toString();
        int status = 200;
        if (exchange.getRequestURI().getPath().equals("/oauth2/token")) {
            answer = "{\"access_token\":\"token\"}";
        } else if (exchange.getRequestMethod().equals("POST")) {
            Pause.milliseconds(TAKES_MILLIS);
            String id = UUID.randomUUID().toString();
            registered.append(id);
            answer = "{\"id\":\"" + id + "\",\"patient_id\":\"P1\"}";
            status = 201;
        }
        byte[] bytes = answer.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
