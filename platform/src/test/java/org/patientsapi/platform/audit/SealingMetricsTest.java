package org.patientsapi.platform.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealingMetricsTest {

    private static final double HOUR = Duration.ofHours(1).toSeconds();

    @Test
    void what_happened_and_is_not_sealed_is_told_by_its_age(@TempDir Path folder) {
        try (AuditDatabase audit = new AuditDatabase(folder)) {
            assertThat(unsealed(audit)).isZero();

            audit.appendEvents(1);
            assertThat(unsealed(audit)).isBetween(HOUR, HOUR + 60);
            audit.keeper().seal();
            assertThat(unsealed(audit)).isZero();

            audit.appendAccesses(1);
            assertThat(unsealed(audit)).isBetween(HOUR, HOUR + 60);
            audit.keeper().seal();
            assertThat(unsealed(audit)).isZero();
        }
    }

    /** As it is an hour from now. */
    private static double unsealed(AuditDatabase audit) {
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        Clock later = Clock.offset(Clock.system(ZoneOffset.UTC), Duration.ofHours(1));
        new SealingMetrics(audit.seals, later, metrics).measure();
        return metrics.get("patients.audit.unsealed.seconds").gauge().value();
    }
}
