package org.patientsapi.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** JSON over HTTP, the same way to the product and to the search engine. */
public final class Json {

    public static final JsonMapper MAPPER = JsonMapper.shared();

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final int UNAVAILABLE = 503;

    /** How often one asks again, a second apart, before one gives up. */
    private static final int PATIENCE = 60;

    private Json() {}

    public static HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).header("Content-Type", "application/json");
    }

    /**
     * @param body a text is sent as it is, anything else as JSON; null for none
     * @throws IllegalStateException when the answer is no success
     */
    public static HttpResponse<String> send(String method, HttpRequest.Builder request, @Nullable Object body) {
        try {
            HttpRequest built = request.method(
                            method,
                            body == null
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofString(
                                            body instanceof String text ? text : MAPPER.writeValueAsString(body)))
                    .build();
            HttpResponse<String> answer = HTTP.send(built, BodyHandlers.ofString());
            for (int again = 0; answer.statusCode() == UNAVAILABLE && again < PATIENCE; again++) {
                Pause.milliseconds(1000);
                answer = HTTP.send(built, BodyHandlers.ofString());
            }
            if (answer.statusCode() >= 300) {
                throw new IllegalStateException(method + " " + answer.uri() + " " + answer.statusCode() + ": "
                        + answer.body().substring(0, Math.min(500, answer.body().length())));
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
