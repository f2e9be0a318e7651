package org.patientsapi.standalone;

import java.io.PrintStream;
import org.patientsapi.embedded.BackendSettings;
import org.patientsapi.embedded.BackendStartException;
import org.patientsapi.embedded.EmbeddedBackends;
import org.springframework.boot.SpringApplication;

/**
 * Starts everything on one machine: PostgreSQL and Elasticsearch first, then the API over them. Whatever keeps it from
 * starting is said in one sentence.
 */
public final class PatientsApi {

    private static final PrintStream CONSOLE = System.out;

    private PatientsApi() {}

    public static void main(String[] args) {
        try {
            start(StandaloneSettings.of(System.getenv()), args);
        } catch (BackendStartException | CannotStart cannotStart) {
            CONSOLE.println();
            CONSOLE.println("Patients API cannot start. " + cannotStart.getMessage());
            System.exit(1);
        }
    }

    private static void start(StandaloneSettings settings, String[] args) {
        CONSOLE.println("Patients API: data in " + settings.dataDirectory() + ", address " + settings.address());
        settings.checkPort();
        EmbeddedBackends backends = EmbeddedBackends.start(
                BackendSettings.in(settings.dataDirectory()).withProgress(line -> CONSOLE.println("  " + line)));
        // After the context is closed, so that what it took on is finished while the stores still answer.
        SpringApplication.getShutdownHandlers().add(backends::close);
        CONSOLE.println("  Starting the API");
        SpringApplication application = new SpringApplication(StandaloneConfiguration.class);
        application.setDefaultProperties(settings.properties(backends));
        try {
            application.run(args);
        } catch (RuntimeException reportedBySpring) {
            System.exit(1);
        }
    }
}
