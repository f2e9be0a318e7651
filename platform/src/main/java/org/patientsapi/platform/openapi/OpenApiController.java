package org.patientsapi.platform.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The OpenAPI document that {@code docs} holds, as it stands and as JSON, whatever the client says it accepts. */
@RestController
public final class OpenApiController {

    private final byte[] yaml;
    private final byte[] json;

    OpenApiController() throws IOException {
        try (InputStream document = OpenApiController.class.getResourceAsStream("openapi.yaml")) {
            yaml = Objects.requireNonNull(document, "packaged by the build").readAllBytes();
        }
        json = new JsonMapper().writeValueAsBytes(new YAMLMapper().readTree(yaml));
    }

    /** By path, what the document says of it. */
    JsonNode paths() {
        return new JsonMapper().readTree(json).get("paths");
    }

    @GetMapping("/v3/api-docs")
    ResponseEntity<byte[]> json() {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(json);
    }

    @GetMapping("/v3/api-docs.yaml")
    ResponseEntity<byte[]> yaml() {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_YAML).body(yaml);
    }
}
