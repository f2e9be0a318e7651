package org.patientsapi.standalone;

import java.time.Clock;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.patientsapi.embedded.EmbeddedBackends;
import org.patientsapi.platform.lifecycle.StartRefusedException;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Tells the API where the embedded backends are. Whoever asks before they are up, waits. */
record EmbeddedWiring(StandaloneSettings settings, EmbeddedBackends backends, Consumer<String> progress)
        implements ApplicationContextInitializer<GenericApplicationContext> {

    @Override
    public void initialize(GenericApplicationContext context) {
        requirePort(context.getEnvironment());
        context.getEnvironment().getPropertySources().addFirst(new SearchEngineAddress(backends));
        keepPrivate(context.getEnvironment());
        context.registerBean(JdbcConnectionDetails.class, () -> new ApplicationLogin(backends));
        context.registerBean(FlywayConnectionDetails.class, () -> new OwnerLogin(backends));
        if (context.getEnvironment().getProperty("patients.demo.enabled", Boolean.class, true)) {
            context.registerBean(
                    "demoHospital",
                    ApplicationRunner.class,
                    () -> new DemoHospital(
                            settings,
                            context.getBean(JdbcClient.class),
                            context.getBean(JsonMapper.class),
                            context.getBean(Clock.class),
                            progress,
                            () -> !context.isClosed()),
                    // Otherwise it is the first bean to be made, and asks for the database at once.
                    definition -> definition.setLazyInit(true));
        }
    }

    /** What it says of itself in tokens and links, and what was looked for before the start, is the port of the settings. */
    private void requirePort(ConfigurableEnvironment environment) {
        String given = environment.getProperty("server.port", "").strip();
        if (!given.isEmpty() && !given.equals(Integer.toString(settings.port()))) {
            throw new StartRefusedException(
                    "The port is set to " + given + " by server.port, and the embedded default is"
                            + " told it by the variable SERVER_PORT only: set that one instead.");
        }
    }

    /** Where Spring is told no address, or an empty one, it listens on every one; a management server gives out tokens too. */
    private void keepPrivate(ConfigurableEnvironment environment) {
        setUnlessGiven(environment, "server.address", settings.listening().getHostAddress());
        // Boot refuses the property where there is no such server.
        if (ManagementPortType.get(environment) == ManagementPortType.DIFFERENT) {
            setUnlessGiven(environment, "management.server.address", environment.getRequiredProperty("server.address"));
        }
    }

    private static void setUnlessGiven(ConfigurableEnvironment environment, String name, String value) {
        if (environment.getProperty(name, "").isBlank()) {
            environment.getPropertySources().addFirst(new MapPropertySource(name, Map.of(name, value)));
        }
    }

    private record ApplicationLogin(EmbeddedBackends backends) implements JdbcConnectionDetails {
        @Override
        public String getJdbcUrl() {
            return backends.jdbcUrl();
        }

        @Override
        public String getUsername() {
            return backends.application().user();
        }

        @Override
        public String getPassword() {
            return backends.application().password();
        }
    }

    private record OwnerLogin(EmbeddedBackends backends) implements FlywayConnectionDetails {
        @Override
        public String getJdbcUrl() {
            return backends.jdbcUrl();
        }

        @Override
        public String getUsername() {
            return backends.owner().user();
        }

        @Override
        public String getPassword() {
            return backends.owner().password();
        }
    }

    private static final class SearchEngineAddress extends PropertySource<EmbeddedBackends> {

        private static final String PROPERTY = "patients.elasticsearch.uris";

        SearchEngineAddress(EmbeddedBackends backends) {
            super("embedded search engine", backends);
        }

        @Override
        public @Nullable Object getProperty(String name) {
            return name.equals(PROPERTY) ? getSource().elasticsearchUri().toString() : null;
        }

        @Override
        public boolean containsProperty(String name) {
            return name.equals(PROPERTY);
        }
    }
}
