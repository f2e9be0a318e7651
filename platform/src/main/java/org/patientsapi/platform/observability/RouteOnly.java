package org.patientsapi.platform.observability;

import io.micrometer.common.KeyValues;
import java.util.Locale;
import org.springframework.http.server.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.observation.ServerRequestObservationContext;

/** A request's metrics and spans name its route. The path stays out: people do type phone numbers where an id belongs. */
final class RouteOnly extends DefaultServerRequestObservationConvention {

    /** A method that there is not is a text of the client's, of any length: what a metric calls unknown, a span does too. */
    @Override
    public String getContextualName(ServerRequestObservationContext context) {
        String method = method(context).getValue().toLowerCase(Locale.ROOT);
        String route = context.getPathPattern();
        return "http " + method + (route == null ? "" : " " + route);
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(ServerRequestObservationContext context) {
        return KeyValues.empty();
    }
}
