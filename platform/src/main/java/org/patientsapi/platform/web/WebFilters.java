package org.patientsapi.platform.web;

import jakarta.servlet.Filter;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
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

    private static FilterRegistrationBean<Filter> registered(Filter filter, int position) {
        FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + position);
        return registration;
    }
}
