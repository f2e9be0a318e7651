package org.patientsapi.platform.vault;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param file where the keys are that nothing can be read without; made at the first start
 * @param cachedKeys how many patients' unwrapped keys are kept in memory
 * @param cachedFor after which a key that another node destroyed is certainly forgotten here
 * @param rotateEvery after which the key-encryption key is replaced; never where it is not set
 * @param rotateBefore a key-encryption key that was made before this time is replaced: after a leak, say
 * @param destroyReplacedAfter how long a replaced key-encryption key is kept for backups from its time; for ever where it is
 *     not set
 */
@ConfigurationProperties("patients.vault")
public record VaultProperties(
        Path file,
        @DefaultValue("100000") int cachedKeys,
        @DefaultValue("10m") Duration cachedFor,
        @Nullable Duration rotateEvery,
        @Nullable Instant rotateBefore,
        @Nullable Duration destroyReplacedAfter) {

    public VaultProperties {
        Objects.requireNonNull(file, "patients.vault.file must say where the file with the keys is, or shall be made");
    }

    KeyRotation.Policy rotation() {
        return new KeyRotation.Policy(rotateEvery, rotateBefore, destroyReplacedAfter);
    }
}
