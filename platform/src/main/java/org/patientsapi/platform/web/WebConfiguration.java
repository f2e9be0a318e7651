package org.patientsapi.platform.web;

import java.time.Clock;
import java.time.ZoneId;
import org.patientsapi.platform.observability.ObservabilityConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.PropertySource;

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
}
