package org.patientsapi.platform.security;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitPropertiesTest {

    @Test
    void a_limit_that_could_not_be_kept_ends_the_start() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RateLimitProperties(0, Duration.ofMinutes(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new RateLimitProperties(-1, Duration.ofMinutes(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new RateLimitProperties(1, Duration.ofMillis(999)));
    }
}
