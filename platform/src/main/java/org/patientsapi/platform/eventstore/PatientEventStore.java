package org.patientsapi.platform.eventstore;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackingEventStream;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.AbstractEventStore;
import org.axonframework.messaging.MetaData;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientEvent.PatientErased;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Axon's event store, which can also be told of events committed elsewhere, and which tells others of its own. Processors
 * in this process are woken by the committing thread itself; polling is only the fallback.
 */
public final class PatientEventStore extends AbstractEventStore {

    /** As the aggregate's events are stored. */
    private static final String TYPE = "patient";

    private final PatientEventStorageEngine storage;
    private final Duration pollEvery;
    private final RecentCommits recentCommits;
    private final CommitAnnouncer announcer;
    private final Set<Runnable> told = ConcurrentHashMap.newKeySet();

    PatientEventStore(
            PatientEventStorageEngine storage,
            Duration pollEvery,
            RecentCommits recentCommits,
            CommitAnnouncer announcer) {
        super(new Settings().storageEngine(storage));
        this.storage = storage;
        this.pollEvery = pollEvery;
        this.recentCommits = recentCommits;
        this.announcer = announcer;
    }

    /** Axon's, which has no defaults of ours to change. */
    private static final class Settings extends Builder {}

    @Override
    public TrackingEventStream openStream(@Nullable TrackingToken token) {
        return new WokenStream(storage, token, pollEvery, told);
    }

    /** Makes the processors of this process, and whoever else wants to be told, look for new events at once. */
    void wakeUp() {
        told.forEach(Runnable::run);
    }

    /** @param listener told of every commit here and elsewhere by the thread that learns of it, which it must not block */
    void alsoTell(Runnable listener) {
        told.add(listener);
    }

    /**
     * Appends to the events of a patient, if there are any, without asking the aggregate, in the current transaction: only
     * for what was decided before and got lost.
     */
    public void appendLast(PatientEvent event, Map<String, ?> metadata) {
        storage.lastSequenceNumberFor(event.patientId())
                .ifPresent(last -> publish(new GenericDomainEventMessage<>(
                        TYPE, event.patientId(), last + 1, event, MetaData.from(metadata))));
    }

    /** Called when the unit of work is done, which may be before a transaction around it is. */
    @Override
    protected void afterCommit(List<? extends EventMessage<?>> events) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            committed(events);
            return;
        }
        List<EventMessage<?>> appended = List.copyOf(events);
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                committed(appended);
            }
        });
    }

    private void committed(List<? extends EventMessage<?>> events) {
        Map<String, Long> versions = new HashMap<>();
        for (EventMessage<?> event : events) {
            if (event instanceof DomainEventMessage<?> appended) {
                long version = appended.getPayloadType() == PatientErased.class
                        ? RecentCommits.ERASED
                        : appended.getSequenceNumber() + 1;
                versions.merge(appended.getAggregateIdentifier(), version, Math::max);
            }
        }
        versions.forEach(recentCommits::committed);
        wakeUp();
        announcer.announce(versions);
    }
}
