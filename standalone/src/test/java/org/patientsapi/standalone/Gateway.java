package org.patientsapi.standalone;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands where nginx stands in the compose file and routes by the same file's rules, each request of a side to another node
 * than the one before: what passes through it has passed through both.
 */
final class Gateway {

    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "content-length", "expect", "host", "keep-alive", "transfer-encoding", "upgrade");

    private final GatewayRules rules = new GatewayRules();
    private final Map<String, List<String>> nodes;
    private final AtomicInteger turn = new AtomicInteger();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    /** @param nodes of each upstream, as {@code host:port} */
    Gateway(int port, Map<String, List<String>> nodes) throws IOException {
        this.nodes = nodes;
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            HttpResponse<InputStream> answer =
                    ask(exchange, exchange.getRequestBody().readAllBytes());
            answer.headers().map().forEach((name, values) -> {
                if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            boolean empty = exchange.getRequestMethod().equals("HEAD")
                    || answer.statusCode() == 204
                    || answer.statusCode() == 304
                    || answer.headers().firstValueAsLong("Content-Length").orElse(-1) == 0;
            exchange.sendResponseHeaders(answer.statusCode(), empty ? -1 : 0);
            if (!empty) {
                pass(answer.body(), exchange.getResponseBody());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** At once, for streams. */
    private static void pass(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[8192];
        try (from) {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                to.write(buffer, 0, read);
                to.flush();
            }
        }
    }

    private HttpResponse<InputStream> ask(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        URI uri = exchange.getRequestURI();
        GatewayRules.Target target = rules.target(exchange.getRequestMethod(), uri.getRawPath());
        List<String> candidates = nodes.get(target.upstream());
        ConnectException away = new ConnectException("no node of " + target.upstream());
        for (int i = 0; i < candidates.size(); i++) {
            String node = candidates.get(Math.floorMod(turn.getAndIncrement(), candidates.size()));
            URI there = URI.create(
                    "http://" + node + target.path() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
            HttpRequest.Builder request = HttpRequest.newBuilder(there)
                    .method(
                            exchange.getRequestMethod(),
                            body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
            copyHeaders(exchange.getRequestHeaders(), request);
            request.setHeader(
                    "X-Forwarded-For", exchange.getRemoteAddress().getAddress().getHostAddress());
            try {
                return http.send(request.build(), BodyHandlers.ofInputStream());
            } catch (ConnectException refused) {
                away = refused;
            }
        }
        throw away;
    }

    private static void copyHeaders(Headers from, HttpRequest.Builder to) {
        from.forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> to.header(name, value));
            }
        });
    }
}
