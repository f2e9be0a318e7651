package org.patientsapi.query;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The moment after which nobody waits any more, however many requests an answer takes. */
record Deadline(long nanoTime) {

    static Deadline in(Duration patience) {
        return new Deadline(System.nanoTime() + patience.toNanos());
    }

    /** Milliseconds; 0 when it is over. */
    long left() {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(nanoTime - System.nanoTime()));
    }
}
