package org.patientsapi.query;

import co.elastic.clients.transport.TransportOptions;
import co.elastic.clients.transport.http.TransportHttpClient;
import co.elastic.clients.transport.rest5_client.Rest5ClientHttpClient;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the search engine's HTTP client anew when one of its I/O threads has died: nobody else serves the connections of that
 * thread, and the next one that is to be made ends the others too (Apache HttpCore 5.4).
 */
final class RenewedHttpClient implements TransportHttpClient {

    private static final Logger LOG = LoggerFactory.getLogger(RenewedHttpClient.class);

    private final Function<ThreadFactory, Rest5Client> maker;
    private volatile Made current;
    private boolean closed;

    /** @param maker makes a client whose I/O threads are those that it is given */
    RenewedHttpClient(Function<ThreadFactory, Rest5Client> maker) {
        this.maker = maker;
        this.current = new Made();
    }

    private final class Made {
        private final CompletableFuture<Response> broken = new CompletableFuture<>();
        private final Rest5ClientHttpClient client = new Rest5ClientHttpClient(maker.apply(this::thread));

        private Thread thread(Runnable work) {
            return Thread.ofPlatform().name("patients-search-engine").daemon().unstarted(() -> {
                try {
                    work.run();
                } finally {
                    broken.completeExceptionally(new IOException("The search engine's client has broken down"));
                }
            });
        }
    }

    private Made current() {
        Made made = current;
        return made.broken.isDone() ? renewed() : made;
    }

    private synchronized Made renewed() {
        if (!closed && current.broken.isDone()) {
            LOG.error("The search engine's client has broken down, and is made anew");
            Rest5ClientHttpClient old = current.client;
            current = new Made();
            // Its other threads go on, and keep their connections; those who wait for the new one do not wait for them.
            Thread.ofVirtual().name("patients-search-engine-closing").start(() -> close(old));
        }
        return current;
    }

    private static void close(Rest5ClientHttpClient old) {
        try {
            old.close();
        } catch (IOException | RuntimeException failure) {
            LOG.warn(
                    "The search engine's old client could not be closed: {}",
                    failure.getClass().getName());
        }
    }

    @Override
    public TransportOptions createOptions(@Nullable TransportOptions options) {
        return current.client.createOptions(options);
    }

    @Override
    public @Nullable Integer responseStatusCode(Throwable failure) {
        return current.client.responseStatusCode(failure);
    }

    /** The client's own way to wait has no end when its thread has died, and cancels the request when it is interrupted. */
    @Override
    public Response performRequest(
            String endpointId, @Nullable Node node, Request request, @Nullable TransportOptions options)
            throws IOException {
        try {
            return performRequestAsync(endpointId, node, request, options).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    /** A request in flight when the thread dies is answered by nobody, and others may wait for the same answer. */
    @Override
    public CompletableFuture<Response> performRequestAsync(
            String endpointId, @Nullable Node node, Request request, @Nullable TransportOptions options) {
        Made made = current();
        return made.client
                .performRequestAsync(endpointId, node, request, options)
                .applyToEither(made.broken, Function.identity());
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        current.client.close();
    }
}
