package org.patientsapi.standalone;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.patientsapi.embedded.BackendSettings;
import org.patientsapi.embedded.BackendStartException;
import org.patientsapi.embedded.EmbeddedBackends;

/**
 * The backends, started in the background: meanwhile Spring does what needs none of them, which is about half of its own
 * start.
 */
final class StartingBackends implements AutoCloseable {

    private final CompletableFuture<EmbeddedBackends> started = new CompletableFuture<>();

    StartingBackends(BackendSettings settings) {
        Thread.ofPlatform().daemon().name("start embedded backends").start(() -> {
            try {
                started.complete(EmbeddedBackends.start(settings));
            } catch (RuntimeException | Error failure) {
                started.completeExceptionally(failure);
            }
        });
    }

    /**
     * Waits until they are up.
     *
     * @throws BackendStartException if they cannot be started
     */
    EmbeddedBackends await() {
        try {
            return started.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof BackendStartException reason) {
                throw reason;
            }
            throw failed;
        }
    }

    /** Stops what is up. A start that is still going on stops itself when the JVM ends. */
    @Override
    public void close() {
        if (started.isDone() && !started.isCompletedExceptionally()) {
            started.join().close();
        }
    }
}
