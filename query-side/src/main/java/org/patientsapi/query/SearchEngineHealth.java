package org.patientsapi.query;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether lists and searches are answered. Single patients are, in any case. */
@Component("searchEngineHealthIndicator")
class SearchEngineHealth implements HealthIndicator {

    private final PatientIndex index;
    private final ErasedPatients erasedPatients;

    SearchEngineHealth(PatientIndex index, ErasedPatients erasedPatients) {
        this.index = index;
        this.erasedPatients = erasedPatients;
    }

    @Override
    public Health health() {
        return (erasedPatients.areAllHidden() && index.answers() ? Health.up() : Health.down()).build();
    }
}
