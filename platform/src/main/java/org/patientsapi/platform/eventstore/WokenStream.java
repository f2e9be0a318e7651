package org.patientsapi.platform.eventstore;

import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingEventStream;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.jspecify.annotations.Nullable;

/**
 * All events from a token on, for one reader, which sleeps at their end until it is told that there are more.
 *
 * <p>Axon's own stream shares a cache with others, and looks its place up in it by the whole token. The gaps in a token
 * depend on when a node looked. So a node that takes another's work over may find its place never, and looks once a second
 * then, however often it is told.
 */
final class WokenStream implements TrackingEventStream {

    private final EventStorageEngine storage;
    private final long pollNanos;
    private final Set<Runnable> told;
    private final Runnable wake = this::wake;

    /** One permit where there may be something that the last look has not seen: as before the first. */
    private final Semaphore news = new Semaphore(1);

    private long lookedAt = System.nanoTime();
    private @Nullable TrackingToken token;
    private Iterator<? extends TrackedEventMessage<?>> unread = Collections.emptyIterator();
    private @Nullable TrackedEventMessage<?> next;

    /**
     * @param token of the last event that was read; null before the first
     * @param pollEvery after which it looks though nobody told it to
     * @param told who is run when there are more events: this stream among them while it is open
     */
    WokenStream(EventStorageEngine storage, @Nullable TrackingToken token, Duration pollEvery, Set<Runnable> told) {
        this.storage = storage;
        this.token = token;
        this.pollNanos = pollEvery.toNanos();
        this.told = told;
        told.add(wake);
    }

    private void wake() {
        if (news.availablePermits() == 0) {
            news.release();
        }
    }

    @Override
    public boolean hasNextAvailable(int timeout, TimeUnit unit) throws InterruptedException {
        long deadline = System.nanoTime() + unit.toNanos(timeout);
        while (next == null) {
            if (unread.hasNext()) {
                next = unread.next();
                token = next.trackingToken();
            } else {
                unread = Collections.emptyIterator();
                if (!awaitNews(deadline)) {
                    return false;
                }
                // What is committed from here on wakes anew, whether this look sees it or not.
                lookedAt = System.nanoTime();
                unread = storage.readEvents(token, false).iterator();
            }
        }
        return true;
    }

    private boolean awaitNews(long deadline) throws InterruptedException {
        long now = System.nanoTime();
        long untilPoll = lookedAt + pollNanos - now;
        return news.tryAcquire(Math.min(deadline - now, untilPoll), TimeUnit.NANOSECONDS)
                || System.nanoTime() - lookedAt >= pollNanos;
    }

    @Override
    public Optional<TrackedEventMessage<?>> peek() {
        try {
            return hasNextAvailable(0, TimeUnit.NANOSECONDS) ? Optional.ofNullable(next) : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public TrackedEventMessage<?> nextAvailable() throws InterruptedException {
        while (!hasNextAvailable(Integer.MAX_VALUE, TimeUnit.MILLISECONDS)) {
            // Longer than three weeks without an event: goes on waiting.
        }
        TrackedEventMessage<?> event = Objects.requireNonNull(next);
        next = null;
        return event;
    }

    @Override
    public void close() {
        told.remove(wake);
    }
}
