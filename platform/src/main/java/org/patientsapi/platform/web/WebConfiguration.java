package org.patientsapi.platform.web;

import java.time.Clock;
import java.time.ZoneId;
import org.apache.catalina.core.StandardHost;
import org.patientsapi.platform.observability.ObservabilityConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
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

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemsFromTomcat() {
        // Tomcat quotes the first unreadable request line in the log, query string and all.
        LoggingSystem.get(getClass().getClassLoader())
                .setLogLevel("org.apache.coyote.http11.Http11Processor", LogLevel.WARN);
        return tomcat -> {
            tomcat.addContextCustomizers(context -> {
                if (context.getParent() instanceof StandardHost host) {
                    host.setErrorReportValveClass(ProblemReportValve.class.getName());
                }
            });
            // A client that asks before it sends its body is told to only once token, type and size are known to be
            // right.
            tomcat.addConnectorCustomizers(connector -> connector.setProperty("continueResponseTiming", "onRead"));
        };
    }
}
