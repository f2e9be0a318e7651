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
import org.patientsapi.api.Identifiers;
import org.patientsapi.api.PatientEvent.PatientRegistered;
import org.patientsapi.api.Visit;
import org.patientsapi.values.AbhaNumber;
import org.patientsapi.values.DateOfBirth;
import org.patientsapi.values.PatientNumber;

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

    /** Neither an outpatient visit nor an admission has all three times. */
    @Test
    void the_examples_show_every_field_that_there_is() {
        EventCatalogue catalogue = new EventCatalogue();

        assertThat(EventCatalogue.types().keySet())
                .allSatisfy(type -> assertThat(catalogue.notShown(type))
                        .as(type.name())
                        .isSubsetOf("visit.date", "visit.admitted_at", "visit.discharged_at"));
    }

    /** As VisitRules of the command side has it, and the value types. */
    @Test
    void the_examples_are_events_that_can_happen() {
        assertThat(EventExamples.all()).allSatisfy(example -> {
            Visit visit = example.event().visit();
            if (visit != null) {
                boolean outpatient = visit.type().equals(Visit.OPD);
                assertThat(visit.date() != null).isEqualTo(outpatient);
                assertThat(visit.admittedAt() != null).isEqualTo(!outpatient);
                assertThat(visit.dischargedAt() != null)
                        .isEqualTo(visit.status().equals(Visit.DISCHARGED));
            }
            if (example.event() instanceof PatientRegistered registered) {
                Identifiers identifiers = registered.identifiers();
                String number = identifiers.patientId();
                assertThat(number).matches("P[0-9]{5}-[0-9]{5}");
                assertThat(PatientNumber.parse(number).value()).isEqualTo(number);
                if (identifiers.abhaId() != null) {
                    assertThat(AbhaNumber.parse(identifiers.abhaId()).value()).isEqualTo(identifiers.abhaId());
                }
                String born = registered.demographics().dateOfBirth();
                assertThat(DateOfBirth.of(String.valueOf(born)).earliest())
                        .as("a newborn is born in the year of the examples")
                        .matches(day -> registered.newborn() == null || day.getYear() == 2026);
            }
        });
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
