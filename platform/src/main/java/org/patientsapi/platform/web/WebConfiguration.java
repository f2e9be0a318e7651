package org.patientsapi.platform.web;

import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import org.patientsapi.platform.observability.ObservabilityConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.PropertySource;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** What a deployable imports to answer HTTP as the contract says; {@code SecurityConfiguration} goes with it. */
@Configuration(proxyBeanMethods = false)
@PropertySource("classpath:org/patientsapi/platform/web/defaults.properties")
@EnableConfigurationProperties({HospitalProperties.class, HttpProperties.class})
@Import({WebFilters.class, ProblemAdvice.class, ErrorPage.class, ObservabilityConfiguration.class})
public class WebConfiguration {

    @Bean
    @Fallback
    Clock clock() {
        return Clock.systemUTC();
    }

    /** The zone in which the hospital's days begin. */
    @Bean
    ZoneId hospitalZone(HospitalProperties properties) {
        return properties.timeZone();
    }

    @Bean
    WebMvcConfigurer acceptedTypes() {
        return new WebMvcConfigurer() {
            @Override
            public void configureContentNegotiation(ContentNegotiationConfigurer negotiation) {
                negotiation.strategies(List.of(new AcceptedTypes()));
            }
        };
    }
}
