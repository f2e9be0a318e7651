package org.patientsapi.query;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.transport.TransportException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one way to ask the search engine: who gets no answer, or not the right one, gets a {@link StoreUnavailable}. */
final class EngineCalls {

    private static final Logger LOG = LoggerFactory.getLogger(EngineCalls.class);

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private EngineCalls() {}

    /** @throws StoreUnavailable when the engine does not answer, or not as it should */
    static <T> T answer(Call<T> call) {
        try {
            return call.send();
        } catch (IOException | ElasticsearchException e) {
            throw away(e);
        }
    }

    /**
     * What comes too late is left to the client's own time-out: to cancel a request while its connection breaks ends the client's
     * I/O thread for good (its body is released by two threads at once; elasticsearch-java 9.5).
     */
    static <T> T within(Deadline deadline, CompletableFuture<T> answer) {
        try {
            return answer.get(deadline.left(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw away(Objects.requireNonNullElse(e.getCause(), e));
        } catch (TimeoutException e) {
            throw away(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw away(e);
        }
    }

    /** Whoever was interrupted did not wait for the answer, which says nothing of the engine. */
    private static StoreUnavailable away(Throwable cause) {
        if (!Thread.currentThread().isInterrupted()) {
            LOG.warn(
                    "The search engine {}: {}",
                    isRefusedLogin(cause) ? "refused the login" : "did not answer",
                    cause.toString());
        }
        return away();
    }

    /** Other refusals share the status: an index that is closed to writes, say. Without a body, the status is all there is. */
    private static boolean isRefusedLogin(Throwable cause) {
        if (cause instanceof ElasticsearchException refused) {
            return "security_exception".equals(refused.error().type());
        }
        return cause instanceof TransportException answered
                && (answered.statusCode() == UNAUTHORIZED || answered.statusCode() == FORBIDDEN);
    }

    static StoreUnavailable away() {
        return new StoreUnavailable("search engine");
    }

    interface Call<T> {
        T send() throws IOException;
    }

    /** What the request asked to be in the response. */
    static <T> T requested(@Nullable T part) {
        return Objects.requireNonNull(part, "the search engine sends what was asked for");
    }
}
