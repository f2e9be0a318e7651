package org.patientsapi.command;

import org.patientsapi.platform.erasure.Erasures;
import org.patientsapi.platform.vault.KeyRotation;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** What becomes due for keys with time, from the start on. Any number of nodes may do it at once. */
@Component
class KeyJobs {

    private final Erasures erasures;
    private final KeyRotation rotation;

    KeyJobs(Erasures erasures, KeyRotation rotation) {
        this.erasures = erasures;
        this.rotation = rotation;
    }

    @Scheduled(fixedDelayString = "${patients.erasure.check-every:1h}")
    void destroyDueKeys() {
        erasures.destroyDueKeys();
        erasures.copyToJournal();
    }

    @Scheduled(fixedDelayString = "${patients.vault.check-every:1h}")
    void rotate() {
        rotation.run();
    }
}
