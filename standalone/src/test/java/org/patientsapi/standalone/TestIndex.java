package org.patientsapi.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.patientsapi.testbackends.TestBackends;

/** Looks into the search engine past the product. */
final class TestIndex {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private TestIndex() {}

    /** The document as it is stored; the engine's refusal where there is none. */
    static String document(String index, String id) {
        try {
            return HTTP.send(
                            HttpRequest.newBuilder(
                                            TestBackends.elasticsearchUri().resolve("/" + index + "/_source/" + id))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
