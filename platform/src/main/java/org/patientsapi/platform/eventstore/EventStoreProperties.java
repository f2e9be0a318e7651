package org.patientsapi.platform.eventstore;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param snapshotEvery how many events of a patient make a new snapshot worthwhile
 * @param pollEvery how often processors look for events that nobody told them of
 */
@ConfigurationProperties("patients")
record EventStoreProperties(
        @DefaultValue("50") int snapshotEvery,
        @DefaultValue("5s") Duration pollEvery,
        @DefaultValue Vault vault) {

    /**
     * @param file where the keys are that nothing can be read without; made at the first start
     * @param cachedKeys how many patients' unwrapped keys are kept in memory
     * @param cachedFor after which a key that another node destroyed is certainly forgotten here
     */
    record Vault(
            Path file,
            @DefaultValue("100000") int cachedKeys,
            @DefaultValue("10m") Duration cachedFor) {

        Vault {
            Objects.requireNonNull(
                    file, "patients.vault.file must say where the file with the keys is, or shall be made");
        }
    }
}
