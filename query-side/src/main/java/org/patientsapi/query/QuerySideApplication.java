package org.patientsapi.query;

import org.patientsapi.platform.observability.Deployable;
import org.patientsapi.platform.openapi.OpenApiController;
import org.patientsapi.platform.openapi.PublishedMethods;
import org.patientsapi.platform.security.SecurityConfiguration;
import org.patientsapi.platform.web.WebConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Import;

/** The query side as a process of its own; any number of them may run. */
@Import({WebConfiguration.class, SecurityConfiguration.class, OpenApiController.class, PublishedMethods.class})
@SpringBootApplication
public class QuerySideApplication {

    public static void main(String[] args) {
        Deployable.start(QuerySideApplication.class, "patients-query-side", args);
    }
}
