package org.patientsapi.standalone;

import org.patientsapi.platform.openapi.OpenApiController;
import org.patientsapi.platform.security.SecurityConfiguration;
import org.patientsapi.platform.web.WebConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Import;

/** Both sides and what only the embedded default has. */
@Import({WebConfiguration.class, SecurityConfiguration.class, OpenApiController.class})
@SpringBootApplication(
        scanBasePackages = {"org.patientsapi.command", "org.patientsapi.query", "org.patientsapi.standalone"})
class StandaloneConfiguration {}
