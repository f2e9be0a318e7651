package org.patientsapi.platform.web;

import jakarta.servlet.Filter;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/** What stands around every request, also on a port of its own for operations, which is a web server of its own. */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
class WebFilters {

    @Bean
    FilterRegistrationBean<Filter> requestIdFilter() {
        return registered(new RequestIdFilter(), 0);
    }

    /** Within Spring Boot's observation of the request, at 1: its line then names the trace. */
    @Bean
    FilterRegistrationBean<Filter> accessLogFilter() {
        return registered(new AccessLogFilter(), 2);
    }

    @Bean
    FilterRegistrationBean<Filter> failureFilter() {
        return registered(new FailureFilter(), 3);
    }

    @Bean
    FilterRegistrationBean<Filter> bodyLimitFilter(HttpProperties properties) {
        return registered(
                new BodyLimitFilter(Math.toIntExact(properties.maxBody().toBytes())), 4);
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

    /** After Spring Boot's own customizer, which leaves each request to a virtual thread. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> requestThreads() {
        return tomcat -> tomcat.addProtocolHandlerCustomizers(http -> http.setExecutor(new RequestThreads()));
    }

    private static FilterRegistrationBean<Filter> registered(Filter filter, int position) {
        FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + position);
        return registration;
    }
}
