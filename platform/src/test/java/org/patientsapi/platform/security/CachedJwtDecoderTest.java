package org.patientsapi.platform.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.patientsapi.platform.security.TestIssuer.ISSUER;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.patientsapi.api.Refusal;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;

@ExtendWith(OutputCaptureExtension.class)
class CachedJwtDecoderTest {

    private final SettableClock clock = new SettableClock();
    private final AtomicInteger checks = new AtomicInteger();
    private final JwtDecoder checking =
            PatientsJwt.decoder(PatientsJwt.keysOf(ISSUER.url(), null), ISSUER.url(), TestIssuer.AUDIENCE, clock);
    private final CachedJwtDecoder decoder = new CachedJwtDecoder(
            token -> {
                checks.incrementAndGet();
                return checking.decode(token);
            },
            clock,
            100,
            Duration.ofMinutes(5));

    @Test
    void a_good_token_is_checked_once() {
        String token = ISSUER.token("patients:read");
        for (int i = 0; i < 5; i++) {
            assertThat(decoder.decode(token).getSubject()).isEqualTo("asha");
        }
        assertThat(checks).hasValue(1);
    }

    @Test
    void a_bad_token_is_checked_each_time() {
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(BadJwtException.class).isThrownBy(() -> decoder.decode("a.b.c"));
        }
        assertThat(checks).hasValue(3);
    }

    @Test
    void a_remembered_token_is_refused_once_it_has_expired() {
        String token = ISSUER.token("patients:read");
        decoder.decode(token);

        clock.now = clock.now.plusSeconds(601);
        decoder.decode(token);
        assertThat(checks).as("within the clock skew, checked again").hasValue(2);

        clock.now = clock.now.plusSeconds(60);
        assertThatExceptionOfType(BadJwtException.class).isThrownBy(() -> decoder.decode(token));
    }

    @Test
    void an_issuer_that_is_away_says_nothing_about_the_token() {
        String nobodyThere = "http://127.0.0.1:1";
        CachedJwtDecoder away = new CachedJwtDecoder(
                PatientsJwt.decoder(PatientsJwt.keysOf(nobodyThere, null), nobodyThere, "patients-api", clock),
                clock,
                100,
                Duration.ofMinutes(5));

        assertThatExceptionOfType(Refusal.StoreUnavailable.class)
                .isThrownBy(() -> away.decode(ISSUER.token("patients:read")));
    }

    @Test
    void what_is_wrong_with_the_issuer_is_said_once_and_when_it_is_over(CapturedOutput log)
            throws InterruptedException {
        TestIssuer failing = new TestIssuer();
        failing.failing = true;
        JwtDecoder decoder = checkingAnew(failing);

        for (int i = 0; i < 3; i++) {
            String token = failing.token("patients:read");
            assertThatExceptionOfType(Refusal.StoreUnavailable.class).isThrownBy(() -> decoder.decode(token));
            Thread.sleep(50);
        }
        assertThat(log)
                .containsOnlyOnce(
                        "The keys of the token issuer " + failing.url() + " cannot be had: java.io.IOException");

        failing.failing = false;
        decoder.decode(failing.token("patients:read"));
        assertThat(log).containsOnlyOnce("The token issuer " + failing.url() + " answers again");
    }

    @Test
    void the_keys_of_an_issuer_that_went_away_are_good_after_the_time_for_asking_anew() throws InterruptedException {
        TestIssuer leaving = new TestIssuer();
        JwtDecoder known = checkingAnew(leaving);
        known.decode(leaving.token("patients:read"));
        leaving.stop();
        Thread.sleep(50);

        String another = leaving.token("patients:read", claims -> claims.jwtID("another"));
        assertThat(known.decode(another).getSubject()).isEqualTo("asha");
    }

    @Test
    void a_key_that_is_not_known_says_nothing_about_the_token_while_the_issuer_is_away() throws InterruptedException {
        TestIssuer leaving = new TestIssuer();
        JwtDecoder known = checkingAnew(leaving);
        String newKey = TestIssuer.sign(
                TestIssuer.rsaKey("new"), JOSEObjectType.JWT, leaving.claims("patients:read", claims -> {}));
        known.decode(leaving.token("patients:read"));
        Thread.sleep(50);
        assertThatExceptionOfType(BadJwtException.class).isThrownBy(() -> known.decode(newKey));

        leaving.stop();
        Thread.sleep(50);
        assertThatExceptionOfType(Refusal.StoreUnavailable.class).isThrownBy(() -> known.decode(newKey));
        String another = leaving.token("patients:read", claims -> claims.jwtID("another"));
        assertThat(known.decode(another).getSubject()).isEqualTo("asha");
    }

    @Test
    void an_issuer_that_is_away_is_not_asked_again_for_every_token() throws InterruptedException {
        TestIssuer failing = new TestIssuer();
        failing.failing = true;
        JwtDecoder waiting = checkingAnew(failing, Duration.ofSeconds(2));

        for (int i = 0; i < 5; i++) {
            String token = failing.token("patients:read");
            assertThatExceptionOfType(Refusal.StoreUnavailable.class).isThrownBy(() -> waiting.decode(token));
        }
        assertThat(failing.requests).hasValue(1);

        failing.failing = false;
        Thread.sleep(2_000);
        assertThat(waiting.decode(failing.token("patients:read")).getSubject()).isEqualTo("asha");
    }

    @Test
    void keys_get_old_although_the_clock_is_set_back() throws Exception {
        TestIssuer issuer = new TestIssuer();
        IssuerKeys keys = new IssuerKeys(issuer.url(), null, Duration.ofMillis(50));
        long now = System.currentTimeMillis();
        keys.getJWKSet(JWKSetCacheRefreshEvaluator.noRefresh(), now, null);
        Thread.sleep(100);

        keys.getJWKSet(JWKSetCacheRefreshEvaluator.forceRefresh(), now - 3_600_000, null);

        assertThat(issuer.keyRequests).hasValue(2);
        issuer.stop();
    }

    /** Asks the issuer for its keys with almost every token. */
    private JwtDecoder checkingAnew(TestIssuer issuer) {
        return checkingAnew(issuer, Duration.ofMillis(1));
    }

    private JwtDecoder checkingAnew(TestIssuer issuer, Duration askedAgainAfter) {
        return new CachedJwtDecoder(
                PatientsJwt.decoder(
                        PatientsJwt.keysOf(issuer.url(), null, Duration.ofMillis(1), askedAgainAfter),
                        issuer.url(),
                        TestIssuer.AUDIENCE,
                        clock),
                clock,
                100,
                Duration.ofMinutes(5));
    }

    @Test
    void an_issuer_that_calls_itself_otherwise_is_not_believed() {
        String alias = ISSUER.url() + "/";
        CachedJwtDecoder wrong = new CachedJwtDecoder(
                PatientsJwt.decoder(PatientsJwt.keysOf(alias, null), alias, "patients-api", clock),
                clock,
                100,
                Duration.ofMinutes(5));

        assertThatExceptionOfType(Refusal.StoreUnavailable.class)
                .isThrownBy(() -> wrong.decode(ISSUER.token("patients:read")));
    }

    private static final class SettableClock extends Clock {

        private Instant now = Instant.now();

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
