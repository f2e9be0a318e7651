package org.patientsapi.platform.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingRequestWrapper;

/**
 * Refuses a body that says it is too large without reading it, and stops reading one that turns out to be: Tomcat's own limit
 * covers forms only.
 */
final class BodyLimitFilter extends OncePerRequestFilter {

    private final int limit;

    BodyLimitFilter(int limit) {
        this.limit = limit;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        long announced = request.getContentLengthLong();
        if (announced > limit) {
            throw tooLarge();
        }
        chain.doFilter(announced < 0 ? new Counted(request) : request, response);
    }

    private ProblemException tooLarge() {
        return HttpProblem.of(ProblemType.BODY_TOO_LARGE, "A body may have at most " + limit + " bytes.")
                .asException();
    }

    /** Spring's keeps what was read, which is of no use here, and says when it is too much, which is. */
    private final class Counted extends ContentCachingRequestWrapper {

        Counted(HttpServletRequest request) {
            super(request, limit);
        }

        @Override
        protected void handleContentOverflow(int atMost) {
            throw tooLarge();
        }
    }
}
