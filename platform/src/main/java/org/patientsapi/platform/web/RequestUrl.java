package org.patientsapi.platform.web;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where a request went, for the links of its answer: a relative reference, since behind a gateway only the client knows by
 * which address it reached the API. It has the parameters that were asked for, and none that others put into the URL.
 */
public final class RequestUrl {

    private final String path;
    private final Map<String, String> parameters;

    private RequestUrl(String path, Map<String, String> parameters) {
        this.path = path;
        this.parameters = parameters;
    }

    /** @param own of the request's parameters, read to their end */
    public static RequestUrl of(HttpServletRequest request, QueryParameters own) {
        return new RequestUrl(request.getRequestURI(), own.asked());
    }

    public RequestUrl with(String name, Object value) {
        Map<String, String> changed = new TreeMap<>(parameters);
        changed.put(name, value.toString());
        return new RequestUrl(path, changed);
    }

    public RequestUrl without(String name) {
        Map<String, String> changed = new TreeMap<>(parameters);
        changed.remove(name);
        return new RequestUrl(path, changed);
    }

    /** As an entry of a {@code Link} header (RFC 8288). */
    public String as(String relation) {
        String query = parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + encoded(parameter.getValue()))
                .collect(Collectors.joining("&"));
        return "<%s%s>; rel=\"%s\"".formatted(path, query.isEmpty() ? "" : "?" + query, relation);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
