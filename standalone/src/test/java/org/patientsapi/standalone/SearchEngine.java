package org.patientsapi.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.patientsapi.testbackends.TestBackends;
import tools.jackson.databind.JsonNode;

/** The search engine behind the product's back. */
final class SearchEngine {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private SearchEngine() {}

    static JsonNode send(String method, String path, String body) {
        URI uri = URI.create(TestBackends.elasticsearchUri() + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .build();
        try {
            return Api.JSON.readTree(HTTP.send(request, BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
