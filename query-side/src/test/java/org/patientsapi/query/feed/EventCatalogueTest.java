package org.patientsapi.query.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds what the documents say of the feed against the code. To bring them up to date:
 * {@code mvn test -pl query-side -am -Dtest=EventCatalogueTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write=true}.
 * The schema of an older revision stays where it is, for those who have kept such events.
 */
class EventCatalogueTest {

    private static final Path DOCS = Path.of("..", "docs");

    @Test
    void the_documents_are_what_the_code_publishes() throws IOException {
        Map<String, String> files = new EventCatalogue().files();
        if (Boolean.getBoolean("docs.write")) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = DOCS.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
        }

        for (Map.Entry<String, String> file : files.entrySet()) {
            assertThat(DOCS.resolve(file.getKey())).exists().hasContent(file.getValue());
        }
    }

    @Test
    void every_published_schema_is_of_an_event_that_there_is_or_was() throws IOException {
        Set<String> types = new TreeSet<>(CloudEvents.typeNames());
        try (Stream<Path> schemas = Files.walk(DOCS.resolve("schemas/events"))) {
            assertThat(schemas.filter(Files::isRegularFile)
                            .map(schema -> schema.getFileName().toString().replaceFirst("\\.\\d+\\.json$", "")))
                    .isSubsetOf(types)
                    .hasSizeGreaterThanOrEqualTo(2 * (types.size() - 1));
        }
    }
}
