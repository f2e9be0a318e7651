package org.patientsapi.platform.eventstore;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.patientsapi.platform.lifecycle.BackgroundThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whoever has read the log to its end that there is more. One thread asks the database on behalf of all who wait: when
 * a commit here or on another node wakes it, and now and then in case nobody did. While nobody waits, it asks nothing.
 */
public final class EventLogTail extends BackgroundThread {

    private static final Logger LOG = LoggerFactory.getLogger(EventLogTail.class);

    /** Commits come in crowds; what one look finds is told at once, and the next look waits for so long. */
    private static final long SHORTEST_PAUSE_MILLIS = 2;

    /** While a transaction holds up the order. */
    private static final long LONGEST_PAUSE_BEHIND_MILLIS = 50;

    private final EventLog log;
    private final Duration pollEvery;
    private final Semaphore wakes = new Semaphore(0);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private int waiting;
    private long settled;

    EventLogTail(EventLog log, Duration pollEvery) {
        super("patients-log-tail");
        this.log = log;
        this.pollEvery = pollEvery;
    }

    /** The settled place as it was last told: never further than {@link EventLog#settled()}, and free. */
    public long settled() {
        lock.lock();
        try {
            return settled;
        } finally {
            lock.unlock();
        }
    }

    /** Asks the database now. */
    public long refresh() {
        return tell(log.settled());
    }

    /**
     * Waits until there is a settled place above this one.
     *
     * @return false if there is none after so long, or if the process is being stopped
     */
    public boolean awaitBeyond(long place, Duration patience) throws InterruptedException {
        long nanos = patience.toNanos();
        lock.lock();
        try {
            waiting++;
            wake();
            while (settled <= place && nanos > 0 && isRunning()) {
                nanos = moved.awaitNanos(nanos);
            }
            return settled > place;
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    /** Makes the thread look at once. */
    void wake() {
        if (wakes.availablePermits() == 0) {
            wakes.release();
        }
    }

    private long tell(long place) {
        lock.lock();
        try {
            if (place > settled) {
                settled = place;
                moved.signalAll();
            }
            return settled;
        } finally {
            lock.unlock();
        }
    }

    @Override
    protected void work() throws InterruptedException {
        long pause = SHORTEST_PAUSE_MILLIS;
        while (isRunning()) {
            try {
                if (!anybodyWaits()) {
                    wakes.acquire();
                    continue;
                }
                wakes.drainPermits();
                long before = settled();
                boolean told = refresh() > before;
                pause = told ? SHORTEST_PAUSE_MILLIS : Math.min(2 * pause, LONGEST_PAUSE_BEHIND_MILLIS);
                if (log.isBehind()) {
                    Thread.sleep(pause);
                } else {
                    Thread.sleep(SHORTEST_PAUSE_MILLIS);
                    wakes.tryAcquire(pollEvery.toMillis(), TimeUnit.MILLISECONDS);
                }
            } catch (RuntimeException | Error away) {
                LOG.warn(
                        "The end of the event log is not known at the moment: {}",
                        away.getClass().getName());
                wakes.tryAcquire(pollEvery.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private boolean anybodyWaits() {
        lock.lock();
        try {
            return waiting > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Before the web server waits for the requests at hand: those that wait here would keep it for long. */
    @Override
    protected void end(Thread running) {
        running.interrupt();
        lock.lock();
        try {
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
