package org.patientsapi.query.feed;

import java.io.IOException;
import java.io.InputStream;
import org.patientsapi.platform.web.HttpProblem;
import org.patientsapi.platform.web.ProblemType;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * The files in {@code docs} that describe the feed, as they stand. Without a token: they are no secret, and a consumer's
 * build has none. Whole, for Spring would answer {@code Range} from a resource, and what it has not by no problem document.
 */
@RestController
class FeedDescriptionController {

    @GetMapping("/asyncapi.yaml")
    ResponseEntity<byte[]> asyncApi() throws IOException {
        return file("asyncapi.yaml", MediaType.APPLICATION_YAML);
    }

    @GetMapping("/schemas/events/{tier:pseudonymous|identified}/{name:patient\\.[a-z.-]+[0-9]+}.json")
    ResponseEntity<byte[]> schema(@PathVariable String tier, @PathVariable String name) throws IOException {
        return file("schemas/events/" + tier + "/" + name + ".json", MediaType.valueOf("application/schema+json"));
    }

    private static ResponseEntity<byte[]> file(String name, MediaType type) throws IOException {
        try (InputStream file = FeedDescriptionController.class.getResourceAsStream(name)) {
            if (file == null) {
                throw HttpProblem.of(ProblemType.NOT_FOUND, "There is no such schema.")
                        .asException();
            }
            return ResponseEntity.ok().contentType(type).body(file.readAllBytes());
        }
    }
}
