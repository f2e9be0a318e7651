package org.patientsapi.query.feed;

import org.patientsapi.platform.web.HttpProblem;
import org.patientsapi.platform.web.ProblemType;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * The files in {@code docs} that describe the feed, as they stand. Without a token: they are no secret, and a consumer's
 * build has none.
 */
@RestController
class FeedDescriptionController {

    @GetMapping("/asyncapi.yaml")
    ResponseEntity<Resource> asyncApi() {
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_YAML)
                .body(new ClassPathResource("asyncapi.yaml", FeedDescriptionController.class));
    }

    @GetMapping("/schemas/events/{tier:pseudonymous|identified}/{name:patient\\.[a-z.-]+[0-9]+}.json")
    ResponseEntity<Resource> schema(@PathVariable String tier, @PathVariable String name) {
        Resource schema =
                new ClassPathResource("schemas/events/" + tier + "/" + name + ".json", FeedDescriptionController.class);
        if (!schema.exists()) {
            throw HttpProblem.of(ProblemType.NOT_FOUND, "There is no such schema.")
                    .asException();
        }
        return ResponseEntity.ok()
                .contentType(MediaType.valueOf("application/schema+json"))
                .body(schema);
    }
}
