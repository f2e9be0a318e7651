package org.patientsapi.platform.security;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.patientsapi.platform.web.HttpProblem;
import org.patientsapi.platform.web.ProblemType;
import org.springframework.http.HttpHeaders;

/**
 * A bucket per client and a bucket per address that shows no valid token, refilled evenly. Clients and addresses are kept
 * apart, so that a crowd of strangers cannot push a client's bucket out. A bucket that was not used for the time it takes to
 * fill up may be forgotten: a new one is the same.
 */
final class RateLimits {

    private static final int MOST_BUCKETS = 50_000;

    private final RateLimitProperties limit;
    private final String policy;
    private final Counter refused;
    private final LoadingCache<String, Bucket> clients;
    private final LoadingCache<String, Bucket> addresses;

    RateLimits(RateLimitProperties limit, MeterRegistry metrics) {
        this.limit = limit;
        this.policy =
                "\"default\";q=%s;w=%s".formatted(limit.requests(), limit.per().toSeconds());
        this.refused = Counter.builder("patients.requests.rate.limited")
                .description("Requests answered 429")
                .register(metrics);
        this.clients = buckets();
        this.addresses = buckets();
    }

    /** @throws org.patientsapi.platform.web.ProblemException {@code rate_limited} */
    void countClient(String clientId, HttpServletResponse response) {
        count(clients.get(clientId), response);
    }

    /** @throws org.patientsapi.platform.web.ProblemException {@code rate_limited} */
    void countAddress(String address, HttpServletResponse response) {
        count(addresses.get(address), response);
    }

    /** The header fields of draft-ietf-httpapi-ratelimit-headers: what is left now, and in how long all of it is back. */
    private void count(Bucket bucket, HttpServletResponse response) {
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        long untilFull = seconds(probe.getNanosToWaitForReset());
        response.setHeader("RateLimit-Policy", policy);
        response.setHeader("RateLimit", "\"default\";r=" + probe.getRemainingTokens() + ";t=" + untilFull);
        if (!probe.isConsumed()) {
            refused.increment();
            long wait = seconds(probe.getNanosToWaitForRefill());
            throw HttpProblem.of(ProblemType.RATE_LIMITED, "Please wait " + wait + " s before the next request.")
                    .header(HttpHeaders.RETRY_AFTER, Long.toString(wait))
                    .asException();
        }
    }

    private LoadingCache<String, Bucket> buckets() {
        return Caffeine.newBuilder()
                .maximumSize(MOST_BUCKETS)
                .expireAfterAccess(limit.per())
                .build(key -> Bucket.builder()
                        .addLimit(bandwidth ->
                                bandwidth.capacity(limit.requests()).refillGreedy(limit.requests(), limit.per()))
                        .build());
    }

    /** Rounded up: whoever waits so long finds what was promised. */
    private static long seconds(long nanos) {
        return Math.max(1, Math.ceilDiv(nanos, Duration.ofSeconds(1).toNanos()));
    }
}
