package org.patientsapi.command;

import org.patientsapi.platform.erasure.Erasures;
import org.patientsapi.platform.vault.KeyRotation;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * What becomes due for keys with time, from the start on. Any number of nodes may do it at once. At a fixed rate: on virtual
 * threads all jobs with a fixed delay share one thread, and rotating many keys would hold up those of every few seconds.
 */
@Component
class KeyJobs {

    private final Erasures erasures;
    private final KeyRotation rotation;

    KeyJobs(Erasures erasures, KeyRotation rotation) {
        this.erasures = erasures;
        this.rotation = rotation;
    }

    @Scheduled(fixedRateString = "${patients.erasure.check-every:1h}")
    void destroyDueKeys() {
        erasures.destroyDueKeys();
    }

    @Scheduled(fixedRateString = "${patients.vault.check-every:1h}")
    void rotate() {
        rotation.run();
    }
}
