package org.patientsapi.platform.observability;

import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.PropertySource;
import org.springframework.http.server.observation.ServerRequestObservationConvention;

/** What every deployable shows its operators. */
@Configuration(proxyBeanMethods = false)
@PropertySource("classpath:org/patientsapi/platform/observability/defaults.properties")
public class ObservabilityConfiguration {

    @Bean
    Traces traces(ObjectProvider<Tracer> tracer, ObjectProvider<Propagator> propagator) {
        return new Traces(tracer.getIfAvailable(), propagator.getIfAvailable());
    }

    @Bean
    ServerRequestObservationConvention routeOnly() {
        return new RouteOnly();
    }
}
