package org.patientsapi.query;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.tracing.Span;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientEvent.PatientDischarged;
import org.patientsapi.api.PatientEvent.PatientErased;
import org.patientsapi.api.PatientEvent.PatientForgotten;
import org.patientsapi.api.PatientEvent.VisitCancelled;
import org.patientsapi.api.PatientEvent.VisitCorrected;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.patientsapi.platform.observability.Traces;
import org.patientsapi.query.PatientIndex.Into;
import org.springframework.stereotype.Component;

/**
 * Keeps the index in step with the events. It collects what a batch of events says of each patient and writes that
 * before the token moves: what fails is done again, and what is done again does no harm, since the index takes a
 * document only in a version later than its own.
 */
@Component
@ProcessingGroup(PatientProjector.PROCESSOR)
class PatientProjector {

    static final String PROCESSOR = "patients-index";

    private final PatientIndex index;
    private final PatientHistory history;
    private final ParkedPatients parked;
    private final IndexRuns runs;
    private final ErasedPatients erasedPatients;
    private final Traces traces;
    private final Timer batches;
    private final Counter events;

    PatientProjector(
            PatientIndex index,
            PatientHistory history,
            ParkedPatients parked,
            IndexRuns runs,
            ErasedPatients erasedPatients,
            Traces traces,
            MeterRegistry metrics) {
        this.index = index;
        this.history = history;
        this.parked = parked;
        this.runs = runs;
        this.erasedPatients = erasedPatients;
        this.traces = traces;
        this.batches = Timer.builder("patients.projection.batch")
                .description("From the first event of a batch to its documents being in the index")
                .register(metrics);
        this.events = Counter.builder("patients.projection.events")
                .description("Events projected")
                .register(metrics);
    }

    /** Takes the message rather than its payload: one that cannot be read must not stop the others. */
    @EventHandler(payloadType = PatientEvent.class)
    void on(DomainEventMessage<?> message, UnitOfWork<?> unitOfWork) {
        UnitOfWork<?> batch = unitOfWork.root();
        Map<String, List<DomainEventMessage<?>>> byPatient = batch.getOrComputeResource(PROCESSOR, key -> {
            Map<String, List<DomainEventMessage<?>>> collected = new LinkedHashMap<>();
            batch.onPrepareCommit(committing -> batches.record(() -> traced(collected)));
            return collected;
        });
        byPatient
                .computeIfAbsent(message.getAggregateIdentifier(), id -> new ArrayList<>())
                .add(message);
    }

    /** The batch is a part of each trace that one of its events belongs to. */
    private void traced(Map<String, List<DomainEventMessage<?>>> byPatient) {
        List<Span> spans = new ArrayList<>();
        if (traces.areKept()) {
            byPatient
                    .values()
                    .forEach(messages -> messages.stream()
                            .map(message -> traces.continued("project " + PROCESSOR, message.getMetaData()))
                            .filter(Objects::nonNull)
                            .forEach(spans::add));
        }
        try {
            project(byPatient);
            byPatient.values().forEach(messages -> events.increment(messages.size()));
        } finally {
            spans.forEach(Span::end);
        }
    }

    private void project(Map<String, List<DomainEventMessage<?>>> batch) {
        Map<String, List<DomainEventMessage<?>>> byPatient = new LinkedHashMap<>(batch);
        Into into = runs.isNextBeingBuilt() ? Into.LIVE_AND_NEXT : Into.LIVE;
        List<String> erased = batch.entrySet().stream()
                .filter(each -> isErased(each.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        // Of these nothing is read any more, whether it can be or not.
        erased.forEach(byPatient::remove);
        Collection<String> known = known(byPatient);
        Map<String, PatientProfile> before = index.find(known);
        Map<String, Long> versions = known.isEmpty() ? Map.of() : history.currentVersions(known);
        List<PatientDocument> patients = new ArrayList<>();
        byPatient.forEach((patientId, events) -> {
            try {
                after(before.get(patientId), events, versions.getOrDefault(patientId, 0L), into)
                        .map(PatientDocument::of)
                        .ifPresent(patients::add);
            } catch (StoreUnavailable away) {
                throw away;
            } catch (RuntimeException poisoned) {
                parked.park(patientId, poisoned);
            }
        });
        index.write(patients, into).forEach(patientId -> parked.park(patientId, ParkedPatients.REFUSED));
        erasedPatients.hide(erased, into);
    }

    private static boolean isErased(List<DomainEventMessage<?>> events) {
        return events.stream()
                .map(DomainEventMessage::getPayloadType)
                .anyMatch(type -> type == PatientErased.class || type == PatientForgotten.class);
    }

    /** Those whose documents are needed: not the newly registered, who have none. */
    private static Collection<String> known(Map<String, List<DomainEventMessage<?>>> byPatient) {
        Set<String> known = new HashSet<>(byPatient.keySet());
        byPatient.forEach((patientId, events) -> {
            if (events.getFirst().getSequenceNumber() == 0) {
                known.remove(patientId);
            }
        });
        return known;
    }

    private static boolean changesVisit(DomainEventMessage<?> message) {
        Class<?> type = message.getPayloadType();
        return type == PatientDischarged.class || type == VisitCorrected.class || type == VisitCancelled.class;
    }

    /**
     * The profile after these events; empty if the index has it already, which says nothing of a next generation.
     *
     * @param current how many events the patient has by now, where it was there before the batch
     */
    private Optional<PatientProfile> after(
            @Nullable PatientProfile before, List<DomainEventMessage<?>> events, long current, Into into) {
        long version = before == null ? 0 : before.version();
        if (version > events.getLast().getSequenceNumber()) {
            return into == Into.LIVE ? Optional.empty() : Optional.ofNullable(before);
        }
        boolean gap = version != events.getFirst().getSequenceNumber();
        // Of a patient with many visits the document knows the latest only; a change to an older one needs them all.
        boolean outOfSight =
                before != null && !before.hasAllVisits() && events.stream().anyMatch(PatientProjector::changesVisit);
        // The batch may end between two events of one command; half of what it changed was never true.
        boolean cutOff = current > events.getLast().getSequenceNumber() + 1;
        if (gap || outOfSight || cutOff) {
            return history.profile(events.getFirst().getAggregateIdentifier());
        }
        PatientProfile profile = before;
        for (DomainEventMessage<?> message : events) {
            profile = PatientProfile.after(profile, (PatientEvent) message.getPayload(), message.getTimestamp());
        }
        return Optional.ofNullable(profile);
    }
}
