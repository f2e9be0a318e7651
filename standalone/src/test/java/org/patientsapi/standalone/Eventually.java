package org.patientsapi.standalone;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** For what the index shows: what was written is found within a moment, not at once. */
final class Eventually {

    private Eventually() {}

    static void that(ThrowingRunnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(assertion);
    }
}
