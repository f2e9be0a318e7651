package org.patientsapi.platform.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/**
 * One line per request, under the logger {@code org.patientsapi.access}. It names the route and not the path, and never the
 * query string: people do type phone numbers where an id belongs. A method that there is not is left out too: it is a text of
 * the client's, of any length. Who called and which request it was stand in the MDC.
 */
final class AccessLogFilter extends OncePerRequestFilter {

    private static final Logger ACCESS = LoggerFactory.getLogger("org.patientsapi.access");
    private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.values());

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        long start = System.nanoTime();
        chain.doFilter(request, response);
        if (ACCESS.isInfoEnabled()) {
            log(request, response.getStatus(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        }
    }

    private static void log(HttpServletRequest request, int status, long millis) {
        String method = METHODS.contains(HttpMethod.valueOf(request.getMethod())) ? request.getMethod() : "-";
        Object route = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        Object known = route == null || route.equals("/**") ? "-" : route;
        ACCESS.atInfo()
                .addKeyValue("http_method", method)
                .addKeyValue("http_route", known)
                .addKeyValue("http_status", status)
                .addKeyValue("duration_ms", millis)
                .addKeyValue("source", request.getRemoteAddr())
                .log("{} {} {} {} ms", method, known, status, millis);
    }
}
