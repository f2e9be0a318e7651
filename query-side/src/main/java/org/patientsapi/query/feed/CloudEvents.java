package org.patientsapi.query.feed;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.EventType;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientEvent.PatientForgotten;
import org.patientsapi.platform.eventstore.LoggedEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * An event as a CloudEvent (specification 1.0.2, JSON format), the same byte for byte over HTTP, in a stream and on Kafka.
 * An event that cannot be read is there all the same, with {@code dataerror} in place of its data: to leave it out would
 * lose it unnoticed, and to stop would keep everybody from what comes after.
 */
final class CloudEvents {

    /** The type of an event that a newer version of the product wrote. */
    static final String UNKNOWN = "patient.unknown";

    private static final Logger LOG = LoggerFactory.getLogger(CloudEvents.class);
    private static final int USUAL_BYTES = 1024;

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .changeDefaultPropertyInclusion(include -> include.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private final Pseudonymisation pseudonymisation;
    private final FeedCursors cursors;
    private final String source;
    private final ObjectWriter data = JSON.writer();

    /** @param source the address of this installation */
    CloudEvents(Pseudonymisation pseudonymisation, FeedCursors cursors, String source) {
        this.pseudonymisation = pseudonymisation;
        this.cursors = cursors;
        this.source = source;
    }

    /** The name under which the feed tells of an event, without reading it. */
    static String type(LoggedEvent event) {
        return event.type().map(type -> declared(type).name()).orElse(UNKNOWN);
    }

    /** The names of all events that there are. */
    static List<String> typeNames() {
        return Arrays.stream(PatientEvent.class.getPermittedSubclasses())
                .map(event -> declared(event).name())
                .toList();
    }

    /** Every event has one, or else it could not be stored. */
    private static EventType declared(Class<?> event) {
        return event.getAnnotation(EventType.class);
    }

    /** A JSON array. */
    byte[] batch(List<LoggedEvent> events, FeedTier tier) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream((events.size() + 1) * USUAL_BYTES);
        try (JsonGenerator json = JSON.createGenerator((OutputStream) bytes)) {
            json.writeStartArray();
            events.forEach(event -> write(json, event, tier));
            json.writeEndArray();
        }
        return bytes.toByteArray();
    }

    /** One JSON object. */
    byte[] single(LoggedEvent event, FeedTier tier) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator json = JSON.createGenerator((OutputStream) bytes)) {
            write(json, event, tier);
        }
        return bytes.toByteArray();
    }

    /** Whose event it is, as the tier says it: equal for all events of a patient. */
    String subject(LoggedEvent event, FeedTier tier) {
        return tier == FeedTier.IDENTIFIED
                ? event.patientId()
                : pseudonymisation.pseudonyms().patient(event.patientId());
    }

    /** When an event was published, no more exactly than its {@code time} says when it happened. */
    Instant timestamp(Instant published, FeedTier tier) {
        return tier == FeedTier.IDENTIFIED
                ? published
                : pseudonymisation.hour(published).toInstant();
    }

    private void write(JsonGenerator json, LoggedEvent event, FeedTier tier) {
        boolean identified = tier == FeedTier.IDENTIFIED;
        json.writeStartObject();
        json.writeStringProperty("specversion", "1.0");
        json.writeStringProperty(
                "id",
                identified ? event.eventId() : pseudonymisation.pseudonyms().event(event.eventId()));
        json.writeStringProperty("source", source);
        json.writeStringProperty("type", type(event));
        json.writeStringProperty("subject", subject(event, tier));
        json.writeStringProperty("time", identified ? event.at().toString() : pseudonymisation.time(event.at()));
        json.writeStringProperty("cursor", cursors.cursor(event.place(), tier));
        event.homeBranch().ifPresent(home -> json.writeStringProperty("branchid", home.branchId()));
        writeData(json, event, tier);
        json.writeEndObject();
    }

    private void writeData(JsonGenerator json, LoggedEvent event, FeedTier tier) {
        Object content;
        try {
            content = data(event, tier);
        } catch (RuntimeException unreadable) {
            // Not the message: it may quote what could not be read.
            LOG.error(
                    "Event {} of patient {} cannot be read, and is told without its data: {}",
                    event.eventId(),
                    event.patientId(),
                    unreadable.getClass().getName());
            json.writeStringProperty("dataerror", "unreadable");
            return;
        }
        if (content != null) {
            json.writeStringProperty(
                    "dataschema", schema(source, tier, declared(event.event().getClass())));
            json.writeName("data");
            data.writeValue(json, content);
        }
    }

    /** {@code null} for an event of which nothing is left. */
    private @Nullable Object data(LoggedEvent logged, FeedTier tier) {
        PatientEvent event = logged.event();
        if (tier == FeedTier.PSEUDONYMOUS) {
            return pseudonymisation.data(event, logged.at());
        }
        return event instanceof PatientForgotten ? null : event;
    }

    /** Where the schema of an event's data is. */
    static String schema(String address, FeedTier tier, EventType type) {
        return address + "/schemas/events/" + tier.path() + "/" + type.name() + "." + type.revision() + ".json";
    }
}
