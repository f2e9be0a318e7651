package org.patientsapi.query;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Whether lists and searches are answered, which is not waited for longer than they do. Single patients are, in any case.
 */
@Component("searchEngineHealthIndicator")
class SearchEngineHealth implements HealthIndicator {

    private final PatientIndex index;

    SearchEngineHealth(PatientIndex index) {
        this.index = index;
    }

    @Override
    public Health health() {
        boolean answers = CompletableFuture.supplyAsync(index::answers, Thread::startVirtualThread)
                .completeOnTimeout(false, PatientIndex.deadline().left(), TimeUnit.MILLISECONDS)
                .join();
        return (answers ? Health.up() : Health.down()).build();
    }
}
