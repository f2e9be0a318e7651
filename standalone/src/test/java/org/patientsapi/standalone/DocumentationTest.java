package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.patientsapi.standalone.Api.Answer;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The description and its page as a newcomer without a token finds them, and the described examples carried out. */
class DocumentationTest extends AcceptanceTest {

    private static final String REGISTRATION =
            "/paths/~1api~1v1~1patients/post/requestBody/content/application~1json/examples/";

    @LocalServerPort
    private int port;

    @Test
    void the_description_is_served_as_it_stands_in_the_repository() throws IOException {
        String file = Files.readString(OpenApiContract.FILE);

        Answer yaml = open("/v3/api-docs.yaml");
        assertThat(yaml.header("Content-Type")).startsWith("application/yaml");
        assertThat(yaml.body()).isEqualTo(file);

        Answer json = open("/v3/api-docs");
        assertThat(json.header("Content-Type")).startsWith("application/json");
        assertThat(json.json()).isEqualTo(new YAMLMapper().readTree(file));
    }

    @Test
    void the_page_is_there_with_all_that_it_loads_and_loads_nothing_from_elsewhere() {
        Answer page = open("/docs");

        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.body()).doesNotContain("href=\"http").doesNotContain("src=\"http");
        Pattern.compile("(?:src|href)=\"(/[^\"]+)\"")
                .matcher(page.body())
                .results()
                .forEach(asset -> open(asset.group(1)));
        API.anonymous().get("http://localhost:" + port + "/docs/ui/index.html").is(404);
    }

    @Test
    void who_opens_the_bare_address_is_led_to_the_page() {
        Answer answer = API.anonymous().get("http://localhost:" + port + "/").is(302);

        assertThat(answer.header("Location")).endsWith("/docs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"usual", "least", "complete"})
    void the_examples_of_a_registration_are_accepted(String name) {
        ObjectNode example = (ObjectNode) OpenApiContract.PUBLISHED
                .document()
                .at(REGISTRATION + name + "/value")
                .deepCopy();
        example.put("phone", People.phone());
        if (example.path("identifiers").path("abha_id").isString()) {
            ((ObjectNode) example.get("identifiers"))
                    .put("abha_id", "93" + People.phone().substring(1));
        }

        Answer created = FRONT_DESK.post("/patients", example).is(201);
        READER.get("/patients/" + created.id()).is(200);
    }

    /** Those under the API's path are held against the description as they come. */
    @Test
    void answers_are_as_described() {
        JsonNode body = Api.JSON.valueToTree(People.somebody());
        String path = "/patients/" + FRONT_DESK.post("/patients", body).is(201).id();

        READER.get("/patients?per_page=2").is(200);
        READER.get("/patients?page=0").is(400);
        READER.get("/patients/nobody").is(404);
        READER.with("If-None-Match", "\"1\"").get(path).is(304);
        API.anonymous().get(path).is(401);
        READER.with("Accept", "text/html").get(path).is(406);
        FRONT_DESK.post("/patients", body).is(409);
        FRONT_DESK.post("/patients", "{}").is(400);
        FRONT_DESK.post("/patients", "{").is(400);
        READER.post("/patients", body).is(403);
        FRONT_DESK.patch(path, "{\"email\":null}").is(200);
        FRONT_DESK.with("If-Match", "\"7\"").patch(path, "{}").is(412);
        FRONT_DESK.with("Content-Type", "text/plain").patch(path, "{}").is(415);
        FRONT_DESK.send("PUT", path, "{}").is(405);
        Answer health = open("/actuator/health");
        OpenApiContract.PUBLISHED.check("GET", "/actuator/health", 200, health.headers(), health.body());
    }

    private Answer open(String path) {
        return API.anonymous().get("http://localhost:" + port + path).is(200);
    }
}
