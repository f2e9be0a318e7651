package org.patientsapi.embedded;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** How and where the embedded backends run. Start from {@link #in(Path)} and change what differs. */
public final class BackendSettings {

    /**
     * A system property that tests set: Elasticsearch's JVM then compiles fast rather than well. It is up with 9 instead of 15 s of
     * processor time, and slower under lasting load.
     */
    private static final String QUICK = "patients.backends.quick";

    private final Path dataDirectory;
    private Path softwareDirectory;
    private int postgresPort;
    private int elasticsearchPort;
    private int elasticsearchHeapMegabytes = 512;
    private @Nullable ElasticsearchSeat elasticsearchSeat;
    private Parts parts = Parts.BOTH;
    private boolean emptied;
    private Consumer<String> progress = LoggerFactory.getLogger(EmbeddedBackends.class)::info;

    private BackendSettings(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
        this.softwareDirectory = dataDirectory.resolve("software");
    }

    /** Which of the two servers are started. */
    public enum Parts {
        BOTH,
        POSTGRES,
        ELASTICSEARCH
    }

    /**
     * Both servers on free ports, 512 MB of heap for Elasticsearch, progress to the log.
     *
     * @param dataDirectory everything that is kept, created where missing; deleted means a fresh start
     */
    public static BackendSettings in(Path dataDirectory) {
        return new BackendSettings(dataDirectory);
    }

    /** Where the two servers are unpacked to, once per version; 250 MB, may be shared. */
    public BackendSettings withSoftwareDirectory(Path directory) {
        softwareDirectory = directory;
        return this;
    }

    /** @param port TCP port on 127.0.0.1, or 0 for any free one */
    public BackendSettings withPostgresPort(int port) {
        postgresPort = port;
        return this;
    }

    /** @param port TCP port on 127.0.0.1, or 0 for any free one */
    public BackendSettings withElasticsearchPort(int port) {
        elasticsearchPort = port;
        return this;
    }

    /** Elasticsearch's Java heap. */
    public BackendSettings withElasticsearchHeapMegabytes(int megabytes) {
        elasticsearchHeapMegabytes = megabytes;
        return this;
    }

    /** Where this node sits in a cluster of several. */
    public BackendSettings withElasticsearchSeat(ElasticsearchSeat seat) {
        elasticsearchSeat = seat;
        return this;
    }

    public BackendSettings withOnly(Parts wanted) {
        parts = wanted;
        return this;
    }

    /** All data of earlier runs is deleted first; for tests. */
    public BackendSettings withEmptiedData() {
        emptied = true;
        return this;
    }

    /** @param listener is told in clear words, possibly from several threads, what is being done; never any secret */
    public BackendSettings withProgress(Consumer<String> listener) {
        progress = listener;
        return this;
    }

    public Path dataDirectory() {
        return dataDirectory;
    }

    Path softwareDirectory() {
        return softwareDirectory;
    }

    int postgresPort() {
        return postgresPort;
    }

    int elasticsearchPort() {
        return elasticsearchPort;
    }

    int elasticsearchHeapMegabytes() {
        return elasticsearchHeapMegabytes;
    }

    boolean quickElasticsearch() {
        return Boolean.getBoolean(QUICK);
    }

    @Nullable
    ElasticsearchSeat elasticsearchSeat() {
        return elasticsearchSeat;
    }

    boolean emptied() {
        return emptied;
    }

    Consumer<String> progress() {
        return progress;
    }

    boolean wants(Parts part) {
        return parts == Parts.BOTH || parts == part;
    }
}
