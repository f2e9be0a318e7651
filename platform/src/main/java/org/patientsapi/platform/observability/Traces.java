package org.patientsapi.platform.observability;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Carries a trace from the request over the event to whoever handles it: the event's metadata hold the W3C trace context.
 * Without an endpoint for traces, nothing happens here and nothing is added to events.
 */
public final class Traces {

    /** The one key of an event's metadata that the trace needs (W3C Trace Context). */
    public static final String TRACEPARENT = "traceparent";

    private final @Nullable Tracer tracer;
    private final @Nullable Propagator propagator;

    Traces(@Nullable Tracer tracer, @Nullable Propagator propagator) {
        this.tracer = tracer;
        this.propagator = propagator;
    }

    /** What goes along with an event that the current request causes: nothing, where the request is not traced. */
    public Map<String, String> metadata() {
        Span current = tracer == null ? null : tracer.currentSpan();
        if (propagator == null
                || current == null
                || !Boolean.TRUE.equals(current.context().sampled())) {
            return Map.of();
        }
        Map<String, String> fields = new LinkedHashMap<>();
        propagator.inject(current.context(), fields, (carrier, key, value) -> fields.put(key, value));
        String traceparent = fields.get(TRACEPARENT);
        return traceparent == null ? Map.of() : Map.of(TRACEPARENT, traceparent);
    }

    /** Whether it is worth looking into an event's metadata for a trace. */
    public boolean areKept() {
        return propagator != null;
    }

    /** A span of the trace that the event belongs to; {@code null} for an event of none. The caller ends it. */
    public @Nullable Span continued(String name, Map<String, ?> metadata) {
        if (propagator == null || !(metadata.get(TRACEPARENT) instanceof String)) {
            return null;
        }
        return propagator
                .extract(metadata, (carrier, key) -> metadata.get(key) instanceof String text ? text : null)
                .name(name)
                .kind(Span.Kind.CONSUMER)
                .start();
    }
}
