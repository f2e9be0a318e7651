package org.patientsapi.platform.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.patientsapi.platform.web.HttpProblem;
import org.patientsapi.platform.web.ProblemException;
import org.patientsapi.platform.web.ProblemType;
import org.patientsapi.platform.web.ProblemWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;

/**
 * Answers 401 and 403 as RFC 6750 has it. Why a token does not count is not told: that would help a forger more than a
 * client.
 */
final class TokenRefusal implements AuthenticationEntryPoint, AuthenticationFailureHandler, AccessDeniedHandler {

    private static final Logger LOG = LoggerFactory.getLogger(TokenRefusal.class);

    private final RateLimits limits;

    TokenRefusal(RateLimits limits) {
        this.limits = limits;
    }

    /** The scope that is missing is named, since a client cannot guess it. */
    static ProblemException missingScope(String scope) {
        return HttpProblem.of(ProblemType.INSUFFICIENT_SCOPE, "This takes a token with the scope " + scope + ".")
                .challenge("error=\"insufficient_scope\"", "scope=\"" + scope + "\"")
                .asException();
    }

    static ProblemException missingToken() {
        return tokenRequired().asException();
    }

    /** No token: where there is nothing to protect, there is nothing at all. */
    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException cause)
            throws IOException {
        ProblemWriter.write(request, response, isServed(request) ? tokenRequired() : nothingHere());
    }

    /** A bad token; counted by address, or guessing would be free. */
    @Override
    public void onAuthenticationFailure(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException cause)
            throws IOException {
        LOG.debug("Token refused: {}", cause.getMessage());
        limits.countAddress(request.getRemoteAddr(), response);
        ProblemWriter.write(
                request,
                response,
                HttpProblem.of(ProblemType.INVALID_TOKEN, "The token is malformed, expired or not meant for this API.")
                        .challenge("error=\"invalid_token\""));
    }

    /** A good token that the path rules do not let through. */
    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException cause)
            throws IOException {
        // Below /api/ every path that there is asks for its own scope.
        if (isOperations(request)) {
            throw missingScope(SecurityConfiguration.operationsScope(request.getMethod()));
        }
        ProblemWriter.write(request, response, nothingHere());
    }

    private static boolean isServed(HttpServletRequest request) {
        return request.getServletPath().startsWith("/api/") || isOperations(request);
    }

    private static boolean isOperations(HttpServletRequest request) {
        return request.getServletPath().startsWith("/actuator");
    }

    private static HttpProblem tokenRequired() {
        return HttpProblem.of(ProblemType.TOKEN_REQUIRED, "Please send an access token as a bearer token.")
                .challenge();
    }

    private static HttpProblem nothingHere() {
        return HttpProblem.of(ProblemType.NOT_FOUND, "There is nothing at this path.");
    }
}
