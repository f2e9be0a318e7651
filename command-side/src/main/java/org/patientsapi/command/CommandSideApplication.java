package org.patientsapi.command;

import org.patientsapi.platform.observability.Deployable;
import org.patientsapi.platform.openapi.OpenApiController;
import org.patientsapi.platform.openapi.PublishedMethods;
import org.patientsapi.platform.security.SecurityConfiguration;
import org.patientsapi.platform.web.WebConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Import;

/** The command side as a process of its own; any number of them may run. */
@Import({WebConfiguration.class, SecurityConfiguration.class, OpenApiController.class, PublishedMethods.class})
@SpringBootApplication
public class CommandSideApplication {

    public static void main(String[] args) {
        Deployable.start(CommandSideApplication.class, "patients-command-side", args);
    }
}
