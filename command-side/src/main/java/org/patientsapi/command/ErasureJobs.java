package org.patientsapi.command;

import org.patientsapi.platform.erasure.Erasures;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** What is due some time after an erasure. Any number of nodes may do it at a time. */
@Component
class ErasureJobs {

    private final Erasures erasures;

    ErasureJobs(Erasures erasures) {
        this.erasures = erasures;
    }

    @Scheduled(fixedDelayString = "${patients.erasure.check-every:1h}")
    void destroyDueKeys() {
        erasures.destroyDueKeys();
        erasures.copyToJournal();
    }
}
