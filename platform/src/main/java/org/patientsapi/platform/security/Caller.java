package org.patientsapi.platform.security;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.patientsapi.api.BranchScope;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * Who sends a request, by its token. A controller method gets it by naming it as a parameter.
 *
 * @param clientId the application that calls; rate limits and idempotency keys are per client
 * @param subject the person or service it calls for
 * @param sourceAddress of the connection, or what a trusted gateway says it was
 * @param expiresAt when the token stops being good, for whoever is still being answered then
 */
public record Caller(
        String clientId,
        String subject,
        Set<String> scopes,
        BranchScope branches,
        String sourceAddress,
        String requestId,
        Instant expiresAt) {

    static Caller of(Jwt token, String sourceAddress, String requestId) {
        String clientId = clientId(token);
        String subject = text(token, "sub");
        return new Caller(
                clientId,
                subject.isEmpty() ? clientId : subject,
                scopes(token),
                branches(token),
                sourceAddress,
                requestId,
                Objects.requireNonNull(token.getExpiresAt(), "a token without one is refused"));
    }

    public boolean hasScope(String scope) {
        return scopes.contains(scope);
    }

    /** What is kept with every event of this request; {@code branch} is absent for a caller of all branches. */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("client", clientId);
        metadata.put("subject", subject);
        Set<String> granted = branches.branches();
        if (granted != null) {
            metadata.put("branch", String.join(",", new TreeSet<>(granted)));
        }
        metadata.put("request_id", requestId);
        metadata.put("source", sourceAddress);
        return metadata;
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

    static Set<String> scopes(Jwt token) {
        Object scopes = token.hasClaim("scope") ? token.getClaim("scope") : token.getClaim("scp");
        if (scopes instanceof String joined) {
            return Stream.of(joined.strip().split("\\s+")).collect(Collectors.toUnmodifiableSet());
        }
        return scopes instanceof Collection<?> list
                ? list.stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .collect(Collectors.toUnmodifiableSet())
                : Set.of();
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
