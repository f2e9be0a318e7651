package org.patientsapi.platform.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * Takes the token from the one {@code Authorization} header and from nowhere else: a token in a URL or form would end up in
 * logs. Another scheme is no token; a second header, or anything but RFC 6750's characters, is a bad one.
 */
final class BearerTokenReader implements AuthenticationConverter {

    private static final String SCHEME = "Bearer";

    @Override
    public @Nullable Authentication convert(HttpServletRequest request) {
        Enumeration<String> headers = request.getHeaders("Authorization");
        if (!headers.hasMoreElements()) {
            return null;
        }
        String header = headers.nextElement();
        if (headers.hasMoreElements()) {
            throw new InvalidBearerTokenException("More than one Authorization header");
        }
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        String token = header.substring(SCHEME.length());
        if (!token.startsWith(" ") || !isToken(token.strip())) {
            throw new InvalidBearerTokenException("Malformed token");
        }
        return new BearerTokenAuthenticationToken(token.strip());
    }

    /** By hand, because a regular expression over every token is felt in the throughput. */
    private static boolean isToken(String token) {
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            boolean allowed = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-._~+/=".indexOf(c) >= 0;
            if (!allowed) {
                return false;
            }
        }
        return !token.isEmpty();
    }
}
