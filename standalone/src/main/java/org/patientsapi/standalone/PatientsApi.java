package org.patientsapi.standalone;

import java.io.PrintStream;
import java.util.List;
import org.patientsapi.embedded.BackendSettings;
import org.patientsapi.embedded.BackendStartException;
import org.patientsapi.embedded.BackendStartException.Reason;
import org.patientsapi.embedded.EmbeddedBackends;
import org.patientsapi.platform.audit.VerifyAudit;
import org.patientsapi.platform.lifecycle.StartRefusedException;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Starts everything on one machine: PostgreSQL, Elasticsearch, and the API over them. Whatever keeps it from starting is
 * said in one sentence.
 */
public final class PatientsApi {

    private static final PrintStream CONSOLE = System.out;

    private PatientsApi() {}

    public static void main(String[] args) {
        if (VerifyAudit.isCommand(List.of(args))) {
            System.exit(VerifyAudit.run(List.of(args), System.getenv(), CONSOLE));
        }
        // Axon would print an advertisement.
        System.setProperty("disable-axoniq-console-message", "true");
        try {
            start(StandaloneSettings.of(System.getenv()), args);
        } catch (StartRefusedException | BackendStartException cannotStart) {
            sayCannotStart(cannotStart);
            System.exit(1);
        } catch (RuntimeException fault) {
            CONSOLE.println("Patients API cannot start, by a fault of its own:");
            fault.printStackTrace(CONSOLE);
            System.exit(1);
        }
    }

    private static void start(StandaloneSettings settings, String[] args) {
        CONSOLE.println("Patients API: data in " + settings.dataDirectory() + ", address " + settings.address());
        settings.checkPort();
        settings.openLog();
        // Meanwhile Spring does what needs none of them, and then what needs the database alone, which is up first.
        EmbeddedBackends backends = EmbeddedBackends.begin(BackendSettings.in(settings.dataDirectory())
                .withSoftwareDirectory(settings.softwareDirectory())
                .withProgress(PatientsApi::say));
        // After the context is closed, so that what it took on is finished while the stores still answer.
        SpringApplication.getShutdownHandlers().add(backends::close);
        SpringApplication application = new SpringApplication(StandaloneConfiguration.class);
        application.setDefaultProperties(settings.properties());
        application.addInitializers(new EmbeddedWiring(settings, backends, PatientsApi::say));
        application.addListeners(
                (ApplicationListener<ContextClosedEvent>) closed -> say("Stopping: finishing the requests at hand"));
        if (!run(application, args).isClosed()) {
            CONSOLE.println(Welcome.text(settings));
        }
    }

    private static ConfigurableApplicationContext run(SpringApplication application, String[] args) {
        try {
            return application.run(args);
        } catch (RuntimeException reportedBySpring) {
            System.exit(1);
            throw reportedBySpring;
        }
    }

    /** One line of progress. */
    static void say(String progress) {
        CONSOLE.println("  " + progress);
    }

    /** The end of the start; an interrupted one was wanted so. */
    static void say(BackendStartException failure) {
        if (failure.reason() != Reason.INTERRUPTED) {
            sayCannotStart(failure);
        }
    }

    /** @param reason whose message is one sentence for the person at the terminal */
    static void sayCannotStart(RuntimeException reason) {
        CONSOLE.println();
        CONSOLE.println("Patients API cannot start. " + reason.getMessage());
    }
}
