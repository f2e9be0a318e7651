package org.patientsapi.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * How and where the embedded backends run. Start from {@link #in(Path)} and change what differs.
 *
 * @param dataDirectory everything that is kept, created where missing; deleted means a fresh start
 * @param softwareDirectory where the two servers are unpacked to, once per version; 250 MB, may be shared
 * @param postgresPort TCP port on 127.0.0.1, or 0 for any free one
 * @param elasticsearchPort TCP port on 127.0.0.1, or 0 for any free one
 * @param elasticsearchHeapMegabytes Elasticsearch's Java heap, in MB
 * @param quickElasticsearch whether its JVM compiles fast rather than well: up with 9 instead of 15 s of processor time,
 *     slower under lasting load
 * @param elasticsearchSeat where this node sits in a cluster of several; null for a single node
 * @param parts which of the two servers are started
 * @param emptied whether all data of earlier runs is deleted first; for tests
 * @param startTimeout how long one server may take until it answers
 * @param progress is told in clear words, possibly from several threads, what is being done; never any secret
 */
public record BackendSettings(
        Path dataDirectory,
        Path softwareDirectory,
        int postgresPort,
        int elasticsearchPort,
        int elasticsearchHeapMegabytes,
        boolean quickElasticsearch,
        @Nullable ElasticsearchSeat elasticsearchSeat,
        Parts parts,
        boolean emptied,
        Duration startTimeout,
        Consumer<String> progress) {

    /** Which of the two servers are started. */
    public enum Parts {
        BOTH,
        POSTGRES,
        ELASTICSEARCH
    }

    /** Both servers on free ports, 512 MB of heap for Elasticsearch, progress to the log. */
    public static BackendSettings in(Path dataDirectory) {
        return new BackendSettings(
                dataDirectory,
                dataDirectory.resolve("software"),
                0,
                0,
                512,
                false,
                null,
                Parts.BOTH,
                false,
                Duration.ofMinutes(3),
                LoggerFactory.getLogger(EmbeddedBackends.class)::info);
    }

    public BackendSettings withSoftwareDirectory(Path directory) {
        return new BackendSettings(
                dataDirectory,
                directory,
                postgresPort,
                elasticsearchPort,
                elasticsearchHeapMegabytes,
                quickElasticsearch,
                elasticsearchSeat,
                parts,
                emptied,
                startTimeout,
                progress);
    }

    public BackendSettings withPostgresPort(int port) {
        return new BackendSettings(
                dataDirectory,
                softwareDirectory,
                port,
                elasticsearchPort,
                elasticsearchHeapMegabytes,
                quickElasticsearch,
                elasticsearchSeat,
                parts,
                emptied,
                startTimeout,
                progress);
    }

    public BackendSettings withElasticsearchPort(int port) {
        return new BackendSettings(
                dataDirectory,
                softwareDirectory,
                postgresPort,
                port,
                elasticsearchHeapMegabytes,
                quickElasticsearch,
                elasticsearchSeat,
                parts,
                emptied,
                startTimeout,
                progress);
    }

    public BackendSettings withElasticsearchHeapMegabytes(int megabytes) {
        return new BackendSettings(
                dataDirectory,
                softwareDirectory,
                postgresPort,
                elasticsearchPort,
                megabytes,
                quickElasticsearch,
                elasticsearchSeat,
                parts,
                emptied,
                startTimeout,
                progress);
    }

    public BackendSettings withQuickElasticsearch() {
        return new BackendSettings(
                dataDirectory,
                softwareDirectory,
                postgresPort,
                elasticsearchPort,
                elasticsearchHeapMegabytes,
                true,
                elasticsearchSeat,
                parts,
                emptied,
                startTimeout,
                progress);
    }

    public BackendSettings withElasticsearchSeat(ElasticsearchSeat seat) {
        return new BackendSettings(
                dataDirectory,
                softwareDirectory,
                postgresPort,
                elasticsearchPort,
                elasticsearchHeapMegabytes,
                quickElasticsearch,
                seat,
                parts,
                emptied,
                startTimeout,
                progress);
    }

    public BackendSettings withOnly(Parts wanted) {
        return new BackendSettings(
                dataDirectory,
                softwareDirectory,
                postgresPort,
                elasticsearchPort,
                elasticsearchHeapMegabytes,
                quickElasticsearch,
                elasticsearchSeat,
                wanted,
                emptied,
                startTimeout,
                progress);
    }

    public BackendSettings withEmptiedData() {
        return new BackendSettings(
                dataDirectory,
                softwareDirectory,
                postgresPort,
                elasticsearchPort,
                elasticsearchHeapMegabytes,
                quickElasticsearch,
                elasticsearchSeat,
                parts,
                true,
                startTimeout,
                progress);
    }

    public BackendSettings withStartTimeout(Duration timeout) {
        return new BackendSettings(
                dataDirectory,
                softwareDirectory,
                postgresPort,
                elasticsearchPort,
                elasticsearchHeapMegabytes,
                quickElasticsearch,
                elasticsearchSeat,
                parts,
                emptied,
                timeout,
                progress);
    }

    public BackendSettings withProgress(Consumer<String> listener) {
        return new BackendSettings(
                dataDirectory,
                softwareDirectory,
                postgresPort,
                elasticsearchPort,
                elasticsearchHeapMegabytes,
                quickElasticsearch,
                elasticsearchSeat,
                parts,
                emptied,
                startTimeout,
                listener);
    }

    boolean wants(Parts part) {
        return parts == Parts.BOTH || parts == part;
    }
}
