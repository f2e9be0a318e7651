package org.patientsapi.platform.observability;

import java.util.Map;
import org.springframework.boot.SpringApplication;

/** Starts one side as a process of its own, whose console is read by machines: JSON lines (Elastic Common Schema). */
public final class Deployable {

    private Deployable() {}

    public static void start(Class<?> side, String name, String[] args) {
        SpringApplication application = new SpringApplication(side);
        application.setDefaultProperties(Map.of(
                "spring.application.name",
                name,
                "spring.main.banner-mode",
                "off",
                "logging.structured.format.console",
                "ecs",
                // Prints a stack trace for a command that was merely refused.
                "logging.level.org.axonframework.modelling.command.AbstractRepository",
                "ERROR",
                // Messages of exceptions may quote what somebody sent.
                "logging.structured.json.exclude",
                "error.message",
                "logging.structured.json.stacktrace.printer",
                MessagelessStackTrace.class.getName()));
        application.run(args);
    }
}
