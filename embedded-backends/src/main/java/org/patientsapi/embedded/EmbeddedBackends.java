package org.patientsapi.embedded;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.embedded.BackendSettings.Parts;
import org.patientsapi.embedded.BackendStartException.Reason;

/** A running PostgreSQL and Elasticsearch over one data directory, until closed. */
public final class EmbeddedBackends implements AutoCloseable {

    private final DataDirectory data;
    private final @Nullable PostgresServer postgres;
    private final @Nullable ElasticsearchServer elasticsearch;
    private final Map<Server, CompletableFuture<Void>> starts = new LinkedHashMap<>();

    /** All starts, whatever came of them. */
    private CompletableFuture<Void> ended = CompletableFuture.completedFuture(null);

    private boolean closed;

    private EmbeddedBackends(BackendSettings settings, DataDirectory data) {
        this.data = data;
        Software software = new Software(settings.softwareDirectory(), settings.progress());
        ServerAccount account = ServerAccount.ofThisProcess(folders(settings, data));
        prepare(settings, data, software, account);
        postgres = settings.wants(Parts.POSTGRES) ? new PostgresServer(settings, data, software, account) : null;
        elasticsearch =
                settings.wants(Parts.ELASTICSEARCH) ? new ElasticsearchServer(settings, data, software, account) : null;
    }

    /** What the servers have to enter, and how the operator chooses another; two of them may be the same folder. */
    private static Map<Path, String> folders(BackendSettings settings, DataDirectory data) {
        Map<Path, String> folders = new LinkedHashMap<>();
        folders.put(Path.of(System.getProperty("java.home")), "use a Java that lies elsewhere");
        folders.put(settings.softwareDirectory().toAbsolutePath(), "choose another folder with PATIENTS_SOFTWARE_DIR");
        folders.put(data.root(), "choose another folder with PATIENTS_DATA_DIR");
        return folders;
    }

    /**
     * Starts what the settings ask for and returns when it answers. If one server cannot be started, none is left running.
     *
     * @throws BackendStartException whose message tells the operator what to do
     */
    public static EmbeddedBackends start(BackendSettings settings) {
        EmbeddedBackends backends = begin(settings);
        try {
            await(backends.firstFailureOrAll());
            return backends;
        } catch (BackendStartException e) {
            backends.close();
            // A start that was still going on finds its server closed.
            backends.ended.exceptionally(failure -> null).join();
            throw e;
        }
    }

    /**
     * Starts the same and returns at once: whoever asks where a server is waits until it answers, and is told the same
     * when it cannot be started. What an earlier run that was killed has left behind on the same data directory is ended
     * first.
     *
     * @throws BackendStartException when there is no PostgreSQL for this platform, or the data directory cannot be used
     */
    public static EmbeddedBackends begin(BackendSettings settings) {
        // Before anything is made: elsewhere not even the files' permissions can be set.
        Software.requirePlatform();
        DataDirectory data = DataDirectory.open(settings.dataDirectory());
        EmbeddedBackends backends;
        try {
            backends = new EmbeddedBackends(settings, data);
        } catch (BackendStartException e) {
            data.close();
            throw e;
        }
        // Until all are up, a Ctrl-C must find somebody who stops what is already running.
        Thread stop = new Thread(backends::close, "stop embedded backends");
        Runtime.getRuntime().addShutdownHook(stop);
        backends.open();
        backends.ended = backends.all().whenComplete((up, failure) -> forget(stop));
        return backends;
    }

    private CompletableFuture<Void> all() {
        return CompletableFuture.allOf(starts.values().toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> firstFailureOrAll() {
        CompletableFuture<Void> first = all();
        starts.values()
                .forEach(start -> start.exceptionally(failure -> {
                    first.completeExceptionally(failure);
                    return null;
                }));
        return first;
    }

    private static void await(CompletableFuture<Void> start) {
        try {
            start.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof BackendStartException reason
                    ? reason
                    : new BackendStartException(
                            Reason.SERVER_FAILED,
                            "The backends could not be started: " + failed.getCause() + ".",
                            failed.getCause());
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending already, and the hook does its work.
        }
    }

    private static void prepare(
            BackendSettings settings, DataDirectory data, Software software, ServerAccount account) {
        PostgresServer.endOrphans(data, software, account);
        ElasticsearchServer.endOrphans(data, account);
        try {
            if (settings.emptied()) {
                data.empty();
            }
        } catch (IOException e) {
            throw DataDirectory.unusable(data.postgres(), e);
        }
    }

    private synchronized void open() {
        if (postgres != null) {
            starts.put(postgres, inBackground("start", postgres::open));
        }
        if (elasticsearch != null) {
            starts.put(elasticsearch, inBackground("start", elasticsearch::open));
        }
    }

    private static CompletableFuture<Void> inBackground(String what, Runnable work) {
        return CompletableFuture.runAsync(
                work,
                task -> Thread.ofPlatform()
                        .daemon()
                        .name(what + " embedded backend")
                        .start(task));
    }

    /** The JDBC URL of the database {@code patients}, without user and password; it has a query part already. */
    public String jdbcUrl() {
        return running(postgres).jdbcUrl(PostgresServer.DATABASE);
    }

    /** The role that owns the database and its schema: for migrations only. */
    public DatabaseLogin owner() {
        return running(postgres).owner();
    }

    /** The role the application works as; what it may do is granted by the migrations. */
    public DatabaseLogin application() {
        return running(postgres).application();
    }

    /**
     * Creates one more empty database with the same two roles.
     *
     * @param name of lower-case letters, digits and underscores, not taken yet
     * @return its JDBC URL, of the form of {@link #jdbcUrl()}
     */
    public String createDatabase(String name) {
        PostgresServer server = running(postgres);
        server.createDatabase(name);
        return server.jdbcUrl(name);
    }

    /** Where Elasticsearch answers, without a trailing slash. */
    public URI elasticsearchUri() {
        return running(elasticsearch).uri();
    }

    private <T extends Server> T running(@Nullable T server) {
        if (server == null) {
            throw new IllegalStateException("the settings did not ask for this server");
        }
        await(Objects.requireNonNull(starts.get(server), "it was opened"));
        return server;
    }

    /** The version of PostgreSQL that this build contains, such as {@code 18.6}. */
    public static String postgresVersion() {
        return Software.postgresVersion().replaceFirst("\\.0$", "");
    }

    /** The version of Elasticsearch that this build contains, such as {@code 9.5.3}. */
    public static String elasticsearchVersion() {
        return Software.elasticsearchVersion();
    }

    /** For callers that have no shutdown order of their own to keep: stops both servers when the JVM ends. */
    public void closeOnJvmExit() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop embedded backends"));
    }

    /** Stops both servers cleanly within some ten seconds, by force after that; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Stream<CompletableFuture<Void>> stops = Stream.of(postgres, elasticsearch)
                    .filter(Objects::nonNull)
                    .map(server -> inBackground("stop", server::close));
            try {
                CompletableFuture.allOf(stops.toArray(CompletableFuture[]::new)).join();
            } finally {
                data.close();
            }
        }
    }
}
