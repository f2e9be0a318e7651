package org.patientsapi.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.patientsapi.testbackends.TestProcesses;

/** A server in a process of its own that can be killed, paused and started again. Its console goes into a file. */
final class NodeProcess implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(5);

    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final URI ready;
    private final Path console;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private volatile Process process;

    /**
     * Started, but perhaps not ready yet.
     *
     * @param ready answers 200 from then on
     */
    NodeProcess(Path folder, String name, List<String> command, Map<String, String> environment, URI ready) {
        this.name = name;
        this.command = command;
        this.environment = environment;
        this.ready = ready;
        this.console = folder.resolve(name + ".log");
        this.process = launch();
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    private Process launch() {
        try {
            Files.createDirectories(console.getParent());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(console.toFile()));
            builder.environment().putAll(environment);
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    NodeProcess awaitReady() {
        ProductProcess.await(START, () -> isReady() || !process.isAlive());
        if (!isReady()) {
            throw new AssertionError(name + " is not ready; see " + console);
        }
        return this;
    }

    private boolean isReady() {
        HttpRequest request =
                HttpRequest.newBuilder(ready).timeout(Duration.ofSeconds(5)).build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    void startAgain() {
        process = launch();
        awaitReady();
    }

    void pause() {
        TestProcesses.signal("STOP", process.pid());
    }

    void resume() {
        TestProcesses.signal("CONT", process.pid());
    }

    private boolean awaitEnd() {
        try {
            return process.waitFor(40, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        if (!awaitEnd()) {
            process.destroyForcibly();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
