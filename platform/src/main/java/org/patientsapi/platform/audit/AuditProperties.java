package org.patientsapi.platform.audit;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * @param recording whether accesses are recorded; off only to measure what that costs
 * @param whenDatabaseIsAway what becomes of a read whose record cannot be stored
 * @param patience how long a read waits for its record to be stored
 * @param gatherFor how long records wait at most, until as many are there as were stored together before
 * @param journal the file in which records wait for the database; required with {@code journal}
 * @param journalLimit beyond which reads are refused all the same
 * @param sealEvery how often what is new is sealed; zero for never, on nodes that shall not; they make and drop months all the same
 * @param keepFor how long access records are kept; at least 365 days, since the database refuses less
 */
@ConfigurationProperties("patients.audit")
record AuditProperties(
        @DefaultValue("true") boolean recording,
        @DefaultValue("refuse") WhenAway whenDatabaseIsAway,
        @DefaultValue("3s") Duration patience,
        @DefaultValue("3ms") Duration gatherFor,
        @Nullable Path journal,
        @DefaultValue("64MB") DataSize journalLimit,
        @DefaultValue("1m") Duration sealEvery,
        @DefaultValue("400d") Duration keepFor) {

    /** What becomes of a read whose record cannot be stored. */
    enum WhenAway {
        REFUSE,
        JOURNAL
    }

    private static final Duration SHORTEST_RETENTION = Duration.ofDays(365);

    AuditProperties {
        if (whenDatabaseIsAway == WhenAway.JOURNAL && journal == null) {
            throw new IllegalArgumentException("patients.audit.journal must name the file that records wait in");
        }
        // Otherwise it is noticed when the first month is to be dropped. A number without its unit is read as
        // milliseconds.
        if (keepFor.compareTo(SHORTEST_RETENTION) < 0) {
            throw new IllegalArgumentException(
                    "patients.audit.keep-for must be at least 365d: the database drops nothing younger");
        }
    }
}
