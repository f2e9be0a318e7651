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
import tools.jackson.databind.node.ObjectNode;

/** The search engine behind the product's back. */
final class SearchEngine {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private SearchEngine() {}

    /** What the product noted of how it made an index: {@code mapping} and {@code name_engine}. */
    static JsonNode metadata(URI engine, String index) {
        return send(engine, "GET", "/" + index + "/_mapping", "").get(index).at("/mappings/_meta");
    }

    /** As if another version of the product had made the index. */
    static void setMetadata(URI engine, String index, String name, Object value) {
        JsonNode changed = ((ObjectNode) metadata(engine, index)).putPOJO(name, value);
        send(engine, "PUT", "/" + index + "/_mapping", "{\"_meta\":" + changed + "}");
    }

    static JsonNode send(String method, String path, String body) {
        return send(TestBackends.elasticsearchUri(), method, path, body);
    }

    static JsonNode send(URI engine, String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(engine.resolve(path))
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
