package org.patientsapi.platform.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ErasurePropertiesTest {

    /** A number alone is read as milliseconds, and a destroyed key does not come back. */
    @Test
    void a_hold_that_lacks_its_unit_ends_the_start() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ErasureProperties(Duration.ofMillis(366), null));
        assertThat(new ErasureProperties(Duration.ZERO, null).hold()).isZero();
    }
}
