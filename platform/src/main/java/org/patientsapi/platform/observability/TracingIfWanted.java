package org.patientsapi.platform.observability;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

/**
 * Leaves tracing out altogether unless it is said where traces go. Spring Boot would make a span for every request also
 * where nobody collects them.
 */
final class TracingIfWanted implements AutoConfigurationImportFilter, EnvironmentAware {

    private static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";

    private Environment environment = new StandardEnvironment();

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public boolean[] match(@Nullable String[] candidates, AutoConfigurationMetadata metadata) {
        boolean wanted = !environment.getProperty(ENDPOINT, "").isBlank();
        boolean[] kept = new boolean[candidates.length];
        for (int i = 0; i < candidates.length; i++) {
            kept[i] = wanted || !isTracing(candidates[i]);
        }
        return kept;
    }

    private static boolean isTracing(@Nullable String candidate) {
        return candidate != null
                && (candidate.startsWith("org.springframework.boot.micrometer.tracing.")
                        || candidate.startsWith("org.springframework.boot.opentelemetry."));
    }
}
