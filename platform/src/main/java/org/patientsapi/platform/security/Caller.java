package org.patientsapi.platform.security;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.BranchScope;
import org.patientsapi.platform.web.RequestId;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Who sends a request, by its token. A controller method gets it by naming it as a parameter.
 *
 * @param clientId the application that calls; rate limits and idempotency keys are per client
 * @param subject the person or service it calls for
 * @param sourceAddress of the connection, or what a trusted gateway says it was
 * @param expiresAt when the token stops being good, for whoever is still being answered then
 * @param operation what is asked for: method and route, such as {@code GET /patients/{id}}
 */
public record Caller(
        String clientId,
        String subject,
        Set<String> scopes,
        BranchScope branches,
        String sourceAddress,
        String requestId,
        Instant expiresAt,
        String operation) {

    /** Under these it is kept with events, for ever. */
    public static final String CLIENT = "client";

    public static final String SUBJECT = "subject";
    public static final String BRANCH = "branch";
    public static final String REQUEST_ID = "request_id";
    public static final String SOURCE = "source";

    private static final String API = "/api/v1";
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** Empty where the request comes with no token that was found good. */
    public static Optional<Caller> of(HttpServletRequest request) {
        return SecurityContextHolder.getContext().getAuthentication() instanceof JwtAuthenticationToken token
                ? Optional.of(of(token.getToken(), request))
                : Optional.empty();
    }

    private static Caller of(Jwt token, HttpServletRequest request) {
        return new Caller(
                clientId(token),
                subject(token),
                scopes(token),
                branches(token),
                request.getRemoteAddr(),
                RequestId.of(request),
                Objects.requireNonNull(token.getExpiresAt(), "a token without one is refused"),
                operation(request));
    }

    private static String operation(HttpServletRequest request) {
        String route = String.valueOf(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE));
        return request.getMethod() + " " + (route.startsWith(API) ? route.substring(API.length()) : route);
    }

    public boolean hasScope(String scope) {
        return scopes.contains(scope);
    }

    /** What is kept with every event of this request; {@code branch} is absent for a caller of all branches. */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(CLIENT, clientId);
        metadata.put(SUBJECT, subject);
        String limitedTo = branchNames();
        if (limitedTo != null) {
            metadata.put(BRANCH, limitedTo);
        }
        metadata.put(REQUEST_ID, requestId);
        metadata.put(SOURCE, sourceAddress);
        return metadata;
    }

    /** The branches that the token is limited to, joined by commas; {@code null} for all. */
    public @Nullable String branchNames() {
        Set<String> granted = branches.branches();
        return granted == null ? null : String.join(",", new TreeSet<>(granted));
    }

    /** Empty if the token names nobody. Issuers differ: RFC 9068 has {@code client_id}, OpenID Connect {@code azp}. */
    static String clientId(Jwt token) {
        for (String claim : List.of("client_id", "azp", "sub")) {
            String id = text(token, claim);
            if (!id.isEmpty()) {
                return id;
            }
        }
        return "";
    }

    /** The client calls for itself where the token names nobody else. */
    static String subject(Jwt token) {
        String subject = text(token, "sub");
        return subject.isEmpty() ? clientId(token) : subject;
    }

    static Set<String> scopes(Jwt token) {
        Object scopes = token.hasClaim("scope") ? token.getClaim("scope") : token.getClaim("scp");
        Stream<?> named = scopes instanceof String joined
                ? BLANKS.splitAsStream(joined)
                : scopes instanceof Collection<?> list ? list.stream() : Stream.empty();
        // Some issuers write an empty text for no scope, and Spring throws at an authority without a name.
        return named.filter(String.class::isInstance)
                .map(String.class::cast)
                .filter(Predicate.not(String::isBlank))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** A claim that is no list of texts was refused with the token, see {@link PatientsJwt}. */
    private static BranchScope branches(Jwt token) {
        List<String> branches = token.getClaimAsStringList("branch_ids");
        return branches == null ? BranchScope.ALL : BranchScope.of(Set.copyOf(branches));
    }

    private static String text(Jwt token, String claim) {
        return token.getClaims().get(claim) instanceof String text ? text.strip() : "";
    }
}
