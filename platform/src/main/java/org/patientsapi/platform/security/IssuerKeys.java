package org.patientsapi.platform.security;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of an issuer elsewhere, asked for when the first token comes and not at the start: the issuer may start
 * later. Keys fetched a moment ago are handed out again, and an issuer that was away a moment ago is not asked again, so that
 * tokens with made-up key ids cannot make this node flood the issuer, or keep the others waiting for it.
 */
final class IssuerKeys implements JWKSetSource<SecurityContext> {

    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int LARGEST_ANSWER = 512 * 1024;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final String issuer;
    private final long freshNanos;
    private final long pauseNanos;
    private final DefaultResourceRetriever http =
            new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS, LARGEST_ANSWER);

    private @Nullable URL keysAt;
    private @Nullable JWKSet keys;
    private long fetchedAtNanos;
    private long failedAtNanos;
    private volatile boolean away;

    /**
     * @param jwkSetUri asked of the issuer if null
     * @param fresh so long keys are handed out again, and at most so long an issuer that was away is left alone
     */
    IssuerKeys(String issuer, @Nullable String jwkSetUri, Duration fresh) {
        this.issuer = issuer;
        this.freshNanos = fresh.toNanos();
        this.pauseNanos = Math.min(freshNanos, LONGEST_PAUSE.toNanos());
        try {
            this.keysAt = jwkSetUri == null ? null : URI.create(jwkSetUri).toURL();
        } catch (IOException wrong) {
            throw new IllegalArgumentException("The jwk-set-uri is not a URL.", wrong);
        }
    }

    /**
     * By no clock that can be set back: keys from the future would be handed out until then.
     *
     * @throws JWKSetUnavailableException if the issuer does not answer as it should, which says nothing about the token
     */
    @Override
    public synchronized JWKSet getJWKSet(
            JWKSetCacheRefreshEvaluator refresh, long nowMillis, @Nullable SecurityContext context)
            throws JWKSetUnavailableException {
        JWKSet fetched = keys;
        if (fetched != null && System.nanoTime() - fetchedAtNanos < freshNanos) {
            return fetched;
        }
        if (away && System.nanoTime() - failedAtNanos < pauseNanos) {
            throw new JWKSetUnavailableException("The issuer was asked for its keys a moment ago");
        }
        try {
            URL from = keysAt == null ? discover() : keysAt;
            fetched = JWKSet.parse(http.retrieveResource(from).getContent());
            keysAt = from;
        } catch (IOException | ParseException | IllegalArgumentException failure) {
            if (!away) {
                // The answers say no more than that it is not available. Nothing here is of a client or a patient.
                LOG.warn("The keys of the token issuer {} cannot be had: {}", issuer, failure.toString());
            }
            away = true;
            // Counted from the end of the attempt: whoever has waited for it to fail does not ask again either.
            failedAtNanos = System.nanoTime();
            // Of this kind, so that the keys that it told before are still good for a while.
            throw new JWKSetUnavailableException("The issuer's keys cannot be had", failure);
        }
        if (away) {
            LOG.info("The token issuer {} answers again", issuer);
        }
        away = false;
        keys = fetched;
        fetchedAtNanos = System.nanoTime();
        return fetched;
    }

    /** Whether it did not answer as it should when last asked: there may be keys that it has not told. */
    boolean isAway() {
        return away;
    }

    /** OpenID Connect Discovery 1.0. */
    private URL discover() throws IOException, ParseException {
        URL at = URI.create(issuer.replaceAll("/+$", "") + "/.well-known/openid-configuration")
                .toURL();
        Map<String, Object> metadata =
                JSONObjectUtils.parse(http.retrieveResource(at).getContent());
        if (!issuer.equals(JSONObjectUtils.getString(metadata, "issuer"))) {
            throw new IOException("Another issuer answers there");
        }
        URI jwksUri = JSONObjectUtils.getURI(metadata, "jwks_uri");
        if (jwksUri == null) {
            throw new IOException("The issuer names no keys");
        }
        return jwksUri.toURL();
    }

    @Override
    public void close() {}
}
