package org.patientsapi.platform.audit;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.patientsapi.platform.audit.AuditProperties.WhenAway;
import org.springframework.util.unit.DataSize;

class AuditPropertiesTest {

    /** A number alone is read as milliseconds. */
    @Test
    void a_retention_that_the_database_would_never_grant_ends_the_start() {
        assertThatIllegalArgumentException().isThrownBy(() -> keptFor(Duration.ofMillis(400)));
        keptFor(Duration.ofDays(365));
    }

    private static AuditProperties keptFor(Duration time) {
        Duration any = Duration.ofSeconds(1);
        return new AuditProperties(true, WhenAway.REFUSE, any, any, null, DataSize.ofMegabytes(1), any, time);
    }
}
