package org.patientsapi.benchmarks.load;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.patientsapi.benchmarks.Json;
import org.patientsapi.benchmarks.Pause;
import org.patientsapi.benchmarks.Product;
import org.patientsapi.benchmarks.load.Load.Clients;

/**
 * What the product's own Elasticsearch bears of the same requests, sent to it straight. They are not written down here, but
 * taken from the engine's slow log, which for a moment is told to hold every search that the product sends.
 */
final class EngineLimit {

    /** What stands around a search in a line of the slow log; it is a JSON string. */
    private static final String BEFORE = "elasticsearch.slowlog.source=";

    private static final String BEHIND = " elasticsearch.slowlog.stats=";
    private static final String THRESHOLD = "index.search.slowlog.threshold.query.warn";
    private static final int LOG_DELAY_MILLIS = 1000;

    private final URI engine;
    private final Path log;

    EngineLimit(Product product) {
        engine = product.searchEngine();
        log = product.searchEngineLog();
    }

    /**
     * What the product was seen to send.
     *
     * @param perCall how many searches a call of the API takes, on the average
     */
    record Recorded(List<byte[]> searches, double perCall) {}

    /**
     * The searches that the product sends while this is done, but not the counts beside a list: they are of size 0, the engine
     * answers them from its cache, and most calls do without.
     *
     * @param calls of the API that are made
     */
    Recorded recorded(int calls, Runnable asking) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long from = file.length();
            threshold("0ms");
            try {
                asking.run();
                Pause.milliseconds(LOG_DELAY_MILLIS);
            } finally {
                // Or the index, which is kept, would go on logging while it is measured.
                threshold("-1");
            }
            file.seek(from);
            byte[] written = new byte[(int) (file.length() - from)];
            file.readFully(written);
            List<byte[]> searches = new ArrayList<>();
            new String(written, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.contains(BEFORE))
                    .map(line -> line.substring(line.indexOf(BEFORE) + BEFORE.length(), line.lastIndexOf(BEHIND)))
                    .map(source -> Json.MAPPER.readValue(source, String.class))
                    .filter(search -> Json.MAPPER.readTree(search).path("size").asInt(1) > 0)
                    .forEach(search -> searches.add(search.getBytes(StandardCharsets.UTF_8)));
            if (searches.isEmpty()) {
                throw new IllegalStateException(log + " holds no search");
            }
            return new Recorded(searches, (double) searches.size() / calls);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void threshold(String value) {
        Json.send(
                "PUT",
                Json.request(engine.resolve("/patients/_settings")),
                "{\"" + THRESHOLD + "\":\"" + value + "\"}");
    }

    Clients search(List<byte[]> searches) {
        return Clients.over(
                engine.getPort(),
                wire -> Operations.expect(
                        200,
                        wire.send(
                                "POST",
                                "/patients/_search",
                                "",
                                searches.get(ThreadLocalRandom.current().nextInt(searches.size())))));
    }

    Clients get(Supplier<String> id) {
        return Clients.over(
                engine.getPort(),
                wire -> Operations.expect(200, wire.send("GET", "/patients/_doc/" + id.get(), "", null)));
    }

    /** Bytes of all indexes on disk, after what was written lately has been put there. */
    long bytes() {
        Json.send("POST", Json.request(engine.resolve("/_flush")), null);
        return Json.MAPPER
                .readTree(Json.send("GET", Json.request(engine.resolve("/patients/_stats/store")), null)
                        .body())
                .at("/_all/total/store/size_in_bytes")
                .asLong();
    }
}
