package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks to the API as a client would. */
final class Api {

    static final JsonMapper JSON = JsonMapper.builder().build();

    private final String address;
    private final HttpClient http = HttpClient.newHttpClient();

    private final boolean held;

    /** Holds every answer against the published contract. */
    Api(String address) {
        this(address, true);
    }

    /** @param held whether answers are held against the contract, which takes longer than the answer */
    Api(String address, boolean held) {
        this.address = address;
        this.held = held;
    }

    String address() {
        return address;
    }

    /** One of the demo clients. */
    Client as(String clientId) {
        return new Client(clientId, Map.of());
    }

    /** One who shows this token, whatever it is. */
    Client withToken(String token) {
        return new Client(null, Map.of("Authorization", "Bearer " + token));
    }

    Client anonymous() {
        return new Client(null, Map.of());
    }

    final class Client {
        /** The issuer's live for an hour, and the tests of one JVM may take longer. */
        private static final Duration KEPT = Duration.ofMinutes(30);

        private static final Map<String, Token> TOKENS = new ConcurrentHashMap<>();

        private final @Nullable String id;
        private final Map<String, String> headers;

        private Client(@Nullable String id, Map<String, String> headers) {
            this.id = id;
            this.headers = headers;
        }

        Client with(String header, Object value) {
            Map<String, String> more = new ConcurrentHashMap<>(headers);
            more.put(header, value.toString());
            return new Client(id, more);
        }

        Answer get(String path) {
            return send("GET", path, null);
        }

        /** The field of all entries of a list, from this page on to the last. */
        List<String> allPages(String path, String field) {
            List<String> entries = new ArrayList<>();
            Optional<String> next = Optional.of(path);
            while (next.isPresent()) {
                Answer page = get(next.get()).is(200);
                entries.addAll(page.all(field));
                next = page.link("next");
            }
            return entries;
        }

        Answer post(String path, Object body) {
            return send("POST", path, body);
        }

        Answer patch(String path, Object body) {
            return send("PATCH", path, body);
        }

        /**
         * @param path under {@code /api/v1}; or a link of an answer, or a whole address
         * @param body a text is sent as it is, anything else as JSON
         */
        Answer send(String method, String path, @Nullable Object body) {
            boolean resolved = path.startsWith("/api/v1/") || path.startsWith("http");
            URI uri = URI.create(address).resolve(resolved ? path : "/api/v1" + path);
            HttpRequest.Builder request = HttpRequest.newBuilder(uri);
            if (id != null) {
                request.header("Authorization", "Bearer " + token());
            }
            if (body == null) {
                request.method(method, BodyPublishers.noBody());
            } else {
                request.method(
                        method,
                        BodyPublishers.ofString(body instanceof String text ? text : JSON.writeValueAsString(body)));
                request.setHeader("Content-Type", "application/json");
            }
            headers.forEach(request::setHeader);
            Answer answer = exchange(request.build());
            if (held && uri.getPath().startsWith("/api/")) {
                OpenApiContract.PUBLISHED.check(
                        method, uri.getPath(), answer.status(), answer.headers(), answer.body());
            }
            return answer;
        }

        String token() {
            return TOKENS.compute(
                            address + id,
                            (key, known) -> known == null || known.isOld() ? new Token(fetchToken()) : known)
                    .value();
        }

        private record Token(String value, long fetchedAt) {

            Token(String value) {
                this(value, System.nanoTime());
            }

            boolean isOld() {
                return System.nanoTime() - fetchedAt > KEPT.toNanos();
            }
        }

        private String fetchToken() {
            String basic =
                    Base64.getEncoder().encodeToString((id + ":" + id + "-secret").getBytes(StandardCharsets.UTF_8));
            return exchange(HttpRequest.newBuilder(URI.create(address + "/oauth2/token"))
                            .header("Authorization", "Basic " + basic)
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString("grant_type=client_credentials"))
                            .build())
                    .is(200)
                    .text("access_token");
        }
    }

    private Answer exchange(HttpRequest request) {
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static String encoded(String parameter) {
        return URLEncoder.encode(parameter, StandardCharsets.UTF_8);
    }

    record Answer(int status, HttpHeaders headers, String body) {

        private static final Pattern LINK = Pattern.compile("<([^>]+)>; rel=\"(\\w+)\"");

        Answer is(int expected) {
            assertThat(status).as(body).isEqualTo(expected);
            return this;
        }

        /** A problem document (RFC 9457) with this status and code. */
        Answer isProblem(int expected, String code) {
            is(expected);
            assertThat(header("Content-Type")).startsWith("application/problem+json");
            assertThat(json().propertyNames())
                    .contains("type", "title", "status", "detail", "instance", "code", "request_id");
            assertThat(text("code")).isEqualTo(code);
            assertThat(text("request_id")).isEqualTo(header("X-Request-Id"));
            return this;
        }

        JsonNode json() {
            return JSON.readTree(body);
        }

        /** The value at a JSON pointer or of a field of the top level. */
        String text(String path) {
            return json().at(path.startsWith("/") ? path : "/" + path).asString();
        }

        String id() {
            return text("id");
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        /** The names in the order of the list. */
        List<String> all(String field) {
            return json().valueStream()
                    .map(entry -> entry.get(field).asString())
                    .toList();
        }

        /** Field and code of every problem in {@code errors}. */
        List<String> errors() {
            return json().get("errors")
                    .valueStream()
                    .map(error -> error.get("field").asString() + " "
                            + error.get("code").asString())
                    .toList();
        }

        Optional<String> link(String relation) {
            Matcher links = LINK.matcher(header("Link"));
            while (links.find()) {
                if (links.group(2).equals(relation)) {
                    return Optional.of(links.group(1));
                }
            }
            return Optional.empty();
        }
    }
}
