package org.patientsapi.platform.security;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.DispatcherType;
import java.time.Clock;
import java.util.List;
import org.patientsapi.platform.web.HttpProblem;
import org.patientsapi.platform.web.ProblemType;
import org.patientsapi.platform.web.ProblemWriter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.header.writers.DelegatingRequestMatcherHeaderWriter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.header.writers.StaticHeadersWriter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.util.Assert;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Everything under {@code /api/v1} takes a token, and each endpoint its scope; what is public is listed; anything else is not
 * there. The chain takes every request that no chain with a smaller order has taken.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
@EnableConfigurationProperties({
    SecurityProperties.class,
    RateLimitProperties.class,
    OAuth2ResourceServerProperties.class
})
public class SecurityConfiguration {

    private static final String OPERATIONS = "/actuator/**";
    private static final String READ_OPERATIONS = "operations:read";
    private static final String CHANGE_OPERATIONS = "operations:write";

    /** An order that leaves room for chains before it, such as a token issuer's. */
    private static final int ORDER = 100;

    private static final String API = "/api/v1/**";

    /** What a call to the actuator takes, unless it is to health: metrics and states are read, rebuilds and repairs asked for. */
    static String operationsScope(String method) {
        return method.equals("GET") || method.equals("HEAD") ? READ_OPERATIONS : CHANGE_OPERATIONS;
    }

    /** The decoder of this process's own keys where it issues tokens itself, otherwise of the configured issuer's. */
    @Bean
    JwtDecoder jwtDecoder(
            ObjectProvider<JWKSource<SecurityContext>> ownKeys,
            OAuth2ResourceServerProperties boot,
            SecurityProperties properties,
            Clock clock) {
        String issuer = boot.getJwt().getIssuerUri();
        Assert.state(issuer != null, "Please set spring.security.oauth2.resourceserver.jwt.issuer-uri.");
        JWKSource<SecurityContext> keys = ownKeys.getIfAvailable(
                () -> PatientsJwt.keysOf(issuer, boot.getJwt().getJwkSetUri()));
        return new CachedJwtDecoder(
                PatientsJwt.decoder(keys, issuer, properties.audience(), clock),
                clock,
                properties.rememberedTokens(),
                properties.rememberedFor());
    }

    @Bean
    @Order(ORDER)
    SecurityFilterChain patientsApi(
            HttpSecurity http,
            JwtDecoder decoder,
            SecurityProperties properties,
            RateLimitProperties rateLimit,
            MeterRegistry metrics) {
        RateLimits limits = new RateLimits(rateLimit, metrics);
        TokenRefusal refusal = new TokenRefusal(limits);
        return http.csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .headers(headers -> headers.referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER))
                        .addHeaderWriter(new DelegatingRequestMatcherHeaderWriter(
                                PathPatternRequestMatcher.pathPattern(API),
                                new StaticHeadersWriter(
                                        "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"))))
                .addFilter(bearerTokens(decoder, refusal))
                .addFilterAfter(new RateLimitFilter(limits), BearerTokenAuthenticationFilter.class)
                .exceptionHandling(
                        errors -> errors.authenticationEntryPoint(refusal).accessDeniedHandler(refusal))
                .authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(
                                DispatcherType.ERROR, DispatcherType.ASYNC)
                        .permitAll()
                        .requestMatchers(properties.publicPaths().toArray(String[]::new))
                        .permitAll()
                        .requestMatchers(API)
                        .authenticated()
                        .requestMatchers(OPERATIONS)
                        .access((caller, call) -> AuthorityAuthorizationManager.hasAuthority(
                                        operationsScope(call.getRequest().getMethod()))
                                .authorize(caller, call))
                        .anyRequest()
                        .denyAll())
                .build();
    }

    /** Made by hand rather than by {@code oauth2ResourceServer}, which would open a second way in (DPoP). */
    private static BearerTokenAuthenticationFilter bearerTokens(JwtDecoder decoder, TokenRefusal refusal) {
        JwtAuthenticationProvider provider = new JwtAuthenticationProvider(decoder);
        provider.setJwtAuthenticationConverter(SecurityConfiguration::authentication);
        BearerTokenAuthenticationFilter filter =
                new BearerTokenAuthenticationFilter(new ProviderManager(provider), new BearerTokenReader());
        filter.setAuthenticationFailureHandler(refusal);
        filter.setAuthenticationEntryPoint(refusal::onAuthenticationFailure);
        return filter;
    }

    private static JwtAuthenticationToken authentication(Jwt token) {
        return new JwtAuthenticationToken(
                token, AuthorityUtils.createAuthorityList(Caller.scopes(token)), Caller.clientId(token));
    }

    /**
     * Spring's own, for paths. Headers and parameters it would judge when they are read, long after it can refuse anything:
     * UTF-8 that is read as Latin-1, as headers are, has controls, and would end as an error of the server. Tomcat refuses
     * what could split a line, and whoever reads the rest judges it as its own kind of value. A method that nothing has
     * goes on too, to be told of the token it takes and then of the methods that are there; TRACE Tomcat refuses.
     */
    @Bean
    HttpFirewall httpFirewall() {
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        firewall.setAllowedHeaderValues(value -> true);
        firewall.setAllowedParameterNames(name -> true);
        firewall.setUnsafeAllowAnyHttpMethod(true);
        return firewall;
    }

    /** What the firewall turns away, such as a path with {@code //}. */
    @Bean
    RequestRejectedHandler requestRejectedHandler() {
        return (request, response, cause) -> ProblemWriter.write(
                request, response, HttpProblem.of(ProblemType.INVALID_REQUEST, "The path is not acceptable."));
    }

    /** A span and a timer per security filter cost more than they tell. */
    @Bean
    SecurityObservationSettings securityObservationSettings() {
        return SecurityObservationSettings.noObservations();
    }

    @Bean
    WebMvcConfigurer callersAndScopes() {
        return new WebMvcConfigurer() {
            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new CallerArgument());
            }

            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new ScopeCheck()).addPathPatterns(API);
            }
        };
    }
}
