package org.patientsapi.platform.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one place that puts an error on the wire, whether it was met in a controller, in a filter or by Tomcat: whatever the
 * client accepts, an error is {@code application/problem+json}.
 */
public final class ProblemWriter {

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private ProblemWriter() {}

    /** Does nothing where the answer has already begun: the client then sees it break off. */
    public static void write(HttpServletRequest request, HttpServletResponse response, HttpProblem problem)
            throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        byte[] body = JSON.writeValueAsBytes(document(request, problem));
        problem.headers().forEach(response::setHeader);
        response.setHeader(RequestId.HEADER, RequestId.of(request));
        response.setStatus(problem.type().status().value());
        response.setContentType("application/problem+json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        // At once: Tomcat reads on before it answers, and a client that is being refused may never end its body.
        response.flushBuffer();
    }

    private static Map<String, Object> document(HttpServletRequest request, HttpProblem problem) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("type", problem.type().uri());
        document.put("title", problem.type().title());
        document.put("status", problem.type().status().value());
        document.put("detail", problem.detail());
        document.put("instance", RequestId.path(request));
        document.put("code", problem.type().code());
        document.put("request_id", RequestId.of(request));
        document.putAll(problem.members());
        return document;
    }
}
