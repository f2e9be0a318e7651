package org.patientsapi.platform.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpMethod;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/** Holds the token against the endpoint's {@link RequiresScope}, before anything of the request is read. */
final class ScopeCheck implements HandlerInterceptor {

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        // Spring answers OPTIONS for all endpoints alike, with the methods that there are.
        boolean isOptions = request.getMethod().equals(HttpMethod.OPTIONS.name());
        if (handler instanceof HandlerMethod endpoint && !isOptions) {
            String scope = scopeOf(endpoint);
            if (!(SecurityContextHolder.getContext().getAuthentication() instanceof JwtAuthenticationToken token)) {
                throw TokenRefusal.missingToken();
            }
            if (!Caller.scopes(token.getToken()).contains(scope)) {
                throw TokenRefusal.missingScope(scope);
            }
        }
        return true;
    }

    private static String scopeOf(HandlerMethod endpoint) {
        RequiresScope required = endpoint.getMethodAnnotation(RequiresScope.class);
        if (required == null) {
            required = AnnotatedElementUtils.findMergedAnnotation(endpoint.getBeanType(), RequiresScope.class);
        }
        if (required == null) {
            throw new IllegalStateException(endpoint.getShortLogMessage() + " has no @RequiresScope");
        }
        return required.value();
    }
}
