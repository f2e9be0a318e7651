package org.patientsapi.platform.eventstore;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.vault.KeyRotation;
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
     * @param rotateEvery after which the key-encryption key is replaced; never where it is not set
     * @param rotateBefore a key-encryption key that was made before this time is replaced: after a leak, say
     * @param destroyReplacedAfter how long a replaced key-encryption key is kept for backups from its time; for ever where
     *     it is not set
     */
    record Vault(
            Path file,
            @DefaultValue("100000") int cachedKeys,
            @DefaultValue("10m") Duration cachedFor,
            @Nullable Duration rotateEvery,
            @Nullable Instant rotateBefore,
            @Nullable Duration destroyReplacedAfter) {

        Vault {
            Objects.requireNonNull(
                    file, "patients.vault.file must say where the file with the keys is, or shall be made");
        }

        KeyRotation.Policy rotation() {
            return new KeyRotation.Policy(rotateEvery, rotateBefore, destroyReplacedAfter);
        }
    }
}
