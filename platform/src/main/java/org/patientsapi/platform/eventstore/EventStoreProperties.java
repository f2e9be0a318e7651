package org.patientsapi.platform.eventstore;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param snapshotEvery how many events of a patient make a new snapshot worthwhile
 * @param pollEvery how often processors look for events that nobody told them of
 */
@ConfigurationProperties("patients")
record EventStoreProperties(
        @DefaultValue("50") int snapshotEvery,
        @DefaultValue("5s") Duration pollEvery) {}
