package org.patientsapi.platform.eventstore;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientProfile;

/** What the event store says of a patient: always complete, always up to date, and slower than the index. */
public final class PatientHistory {

    private final PatientEventStorageEngine storage;

    PatientHistory(PatientEventStorageEngine storage) {
        this.storage = storage;
    }

    /**
     * All events of the patient, oldest first; empty when there is no such patient, or the id is no UUID.
     *
     * @throws org.axonframework.serialization.SerializationException when one of them cannot be read
     */
    public List<RecordedEvent> of(String patientId) {
        return isUuid(patientId)
                ? storage.readEvents(patientId)
                        .asStream()
                        .<RecordedEvent>map(PatientHistory::recorded)
                        .toList()
                : List.of();
    }

    /**
     * All events of each of these patients, oldest first, by one query. Who has none is not in the map.
     *
     * @param patientIds UUIDs
     * @throws org.axonframework.serialization.SerializationException when one event of one patient cannot be read
     */
    public Map<String, List<RecordedEvent>> ofAll(Collection<String> patientIds) {
        return storage.readEventsOf(patientIds)
                .collect(groupingBy(
                        DomainEventMessage::getAggregateIdentifier, mapping(PatientHistory::recorded, toList())));
    }

    /** The profile that all events add up to; empty when there is no such patient, or no longer. */
    public Optional<PatientProfile> profile(String patientId) {
        return profileAt(patientId, Long.MAX_VALUE);
    }

    /** The profile as it was at a version; empty when there is no such patient, or no longer. */
    public Optional<PatientProfile> profileAt(String patientId, long version) {
        PatientProfile profile = null;
        PatientProfile then = null;
        for (RecordedEvent recorded : of(patientId)) {
            profile = PatientProfile.after(profile, recorded.event(), recorded.at());
            then = recorded.version() <= version ? profile : then;
        }
        // Whoever is erased now has no past either.
        return profile == null ? Optional.empty() : Optional.ofNullable(then);
    }

    /** How many events the patient has; empty when there is no such patient, or the id is no UUID. */
    public Optional<Long> currentVersion(String patientId) {
        return isUuid(patientId) ? storage.lastSequenceNumberFor(patientId).map(last -> last + 1) : Optional.empty();
    }

    private static RecordedEvent recorded(DomainEventMessage<?> message) {
        return new RecordedEvent(
                (PatientEvent) message.getPayload(),
                message.getSequenceNumber() + 1,
                message.getTimestamp(),
                message.getMetaData());
    }

    private static boolean isUuid(String id) {
        try {
            return UUID.fromString(id).toString().equals(id);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
