package org.patientsapi.platform.erasure;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param hold how long the key of an erased patient is kept; zero for not at all. The default is a year, leap or not (DPDP
 *     Rules 2025, rule 8(3)); clinical records may have to be kept for longer
 * @param journal the file with the ledger's copy; beside the vault's file where it is not set
 */
@ConfigurationProperties("patients.erasure")
record ErasureProperties(
        @DefaultValue("366d") Duration hold, @Nullable Path journal) {

    private static final Duration SHORTEST_HOLD = Duration.ofDays(1);

    /** A number without its unit is read as milliseconds, and a key that was destroyed does not come back. */
    ErasureProperties {
        if (!hold.isZero() && hold.compareTo(SHORTEST_HOLD) < 0) {
            throw new IllegalArgumentException("patients.erasure.hold must be 0s, or at least a day, such as 366d");
        }
    }
}
