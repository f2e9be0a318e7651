package org.patientsapi.platform.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.axonframework.eventhandling.GenericDomainEventEntry;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.upcasting.event.InitialEventRepresentation;
import org.axonframework.serialization.upcasting.event.IntermediateEventRepresentation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.patientsapi.api.EventType;
import org.patientsapi.api.PatientEvent;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One file per event type and revision, in {@code src/test/resources/events}: what was ever stored stays readable. Nothing
 * writes these files but people, and a file is never changed once its revision has been released.
 */
class GoldenEventsTest {

    private static final Path FILES = Path.of("src/test/resources/events");
    private static final EventSerializer SERIALIZER = new EventSerializer();
    private static final JsonMapper JSON = (JsonMapper) SERIALIZER.getObjectMapper();

    @ParameterizedTest
    @MethodSource("events")
    void every_event_has_the_golden_file_of_its_revision(Class<?> event) {
        EventType type = event.getAnnotation(EventType.class);

        assertThat(FILES.resolve(type.name() + "." + type.revision() + ".json")).exists();
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_file_is_read_as_an_event_of_today(Path file) throws IOException {
        PatientEvent event = read(file);

        assertThat(event.patientId()).isEqualTo("01938c5e-0f6a-7c1b-9d3e-2f4a5b6c7d8e");
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_file_of_a_revision_in_use_is_written_back_the_same(Path file) throws IOException {
        PatientEvent event = read(file);
        SerializedObject<byte[]> written = SERIALIZER.serialize(event, byte[].class);
        if (!(written.getType().getName() + "." + written.getType().getRevision() + ".json")
                .equals(file.getFileName().toString())) {
            return; // an older revision, read only
        }

        assertThat(JSON.readTree(written.getData())).isEqualTo(JSON.readTree(Files.readString(file)));
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_file_shows_every_property(Path file) throws IOException {
        JsonMapper showingAll = JSON.rebuild()
                .changeDefaultPropertyInclusion(include -> include.withValueInclusion(JsonInclude.Include.ALWAYS))
                .build();

        JsonNode shown = showingAll.valueToTree(read(file));

        assertThat(showingAll.writeValueAsString(shown)).doesNotContain("null", "[]");
    }

    @Test
    void a_property_that_this_version_does_not_know_is_refused_without_quoting_it() {
        SerializedType type = SERIALIZER.typeForClass(PatientEvent.StatusChanged.class);
        byte[] newer = "{\"patient_id\":\"x\",\"status\":\"active\",\"nickname\":\"Canary\"}".getBytes();

        assertThat(catchThrowable(
                        () -> SERIALIZER.deserialize(new SimpleSerializedObject<>(newer, byte[].class, type))))
                .hasMessageContaining("patient.status-changed")
                .hasMessageContaining("nickname")
                .hasNoCause()
                .message()
                .doesNotContain("Canary");
    }

    private static PatientEvent read(Path file) throws IOException {
        String name = file.getFileName().toString().replaceFirst("\\.json$", "");
        int dot = name.lastIndexOf('.');
        byte[] json = Files.readAllBytes(file);
        var stored = new GenericDomainEventEntry<>(
                "Patient",
                "p",
                0,
                "e",
                "2026-11-22T10:00:00Z",
                name.substring(0, dot),
                name.substring(dot + 1),
                json,
                json);
        List<IntermediateEventRepresentation> today = EventUpcasters.chain()
                .upcast(Stream.of(new InitialEventRepresentation(stored, SERIALIZER)))
                .toList();
        assertThat(today).hasSize(1);
        return SERIALIZER.deserialize(today.getFirst().getData());
    }

    static List<Class<?>> events() {
        return Arrays.asList(PatientEvent.class.getPermittedSubclasses());
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FILES)) {
            return files.sorted().toList();
        }
    }
}
