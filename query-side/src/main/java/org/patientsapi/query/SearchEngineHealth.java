package org.patientsapi.query;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether lists and searches are answered. Single patients are, in any case. */
@Component("searchEngineHealthIndicator")
class SearchEngineHealth implements HealthIndicator {

    private final PatientIndex index;

    SearchEngineHealth(PatientIndex index) {
        this.index = index;
    }

    @Override
    public Health health() {
        return (index.answers() ? Health.up() : Health.down()).build();
    }
}
