package org.patientsapi.embedded;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** How and where the embedded backends run. Start from {@link #in(Path)} and change what differs; each change is a copy. */
public final class BackendSettings {

    private final Path dataDirectory;
    private Path softwareDirectory;
    private int postgresPort;
    private int elasticsearchPort;
    private int elasticsearchHeapMegabytes = 512;
    private boolean quickElasticsearch;
    private @Nullable ElasticsearchSeat elasticsearchSeat;
    private Parts parts = Parts.BOTH;
    private boolean emptied;
    private Consumer<String> progress = LoggerFactory.getLogger(EmbeddedBackends.class)::info;

    private BackendSettings(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
        this.softwareDirectory = dataDirectory.resolve("software");
    }

    private BackendSettings(BackendSettings other) {
        dataDirectory = other.dataDirectory;
        softwareDirectory = other.softwareDirectory;
        postgresPort = other.postgresPort;
        elasticsearchPort = other.elasticsearchPort;
        elasticsearchHeapMegabytes = other.elasticsearchHeapMegabytes;
        quickElasticsearch = other.quickElasticsearch;
        elasticsearchSeat = other.elasticsearchSeat;
        parts = other.parts;
        emptied = other.emptied;
        progress = other.progress;
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

    private BackendSettings with(Consumer<BackendSettings> change) {
        BackendSettings copy = new BackendSettings(this);
        change.accept(copy);
        return copy;
    }

    /** Where the two servers are unpacked to, once per version; 250 MB, may be shared. */
    public BackendSettings withSoftwareDirectory(Path directory) {
        return with(copy -> copy.softwareDirectory = directory);
    }

    /** @param port TCP port on 127.0.0.1, or 0 for any free one */
    public BackendSettings withPostgresPort(int port) {
        return with(copy -> copy.postgresPort = port);
    }

    /** @param port TCP port on 127.0.0.1, or 0 for any free one */
    public BackendSettings withElasticsearchPort(int port) {
        return with(copy -> copy.elasticsearchPort = port);
    }

    /** Elasticsearch's Java heap. */
    public BackendSettings withElasticsearchHeapMegabytes(int megabytes) {
        return with(copy -> copy.elasticsearchHeapMegabytes = megabytes);
    }

    /** Its JVM compiles fast rather than well: up with 9 instead of 15 s of processor time, slower under lasting load. */
    public BackendSettings withQuickElasticsearch() {
        return with(copy -> copy.quickElasticsearch = true);
    }

    /** Where this node sits in a cluster of several. */
    public BackendSettings withElasticsearchSeat(ElasticsearchSeat seat) {
        return with(copy -> copy.elasticsearchSeat = seat);
    }

    public BackendSettings withOnly(Parts wanted) {
        return with(copy -> copy.parts = wanted);
    }

    /** All data of earlier runs is deleted first; for tests. */
    public BackendSettings withEmptiedData() {
        return with(copy -> copy.emptied = true);
    }

    /** @param listener is told in clear words, possibly from several threads, what is being done; never any secret */
    public BackendSettings withProgress(Consumer<String> listener) {
        return with(copy -> copy.progress = listener);
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
        return quickElasticsearch;
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
