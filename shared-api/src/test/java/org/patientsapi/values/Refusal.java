package org.patientsapi.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.function.Function;

/** What every refusal has to be, whatever the value type: quiet about the given text, and without a stack trace. */
final class Refusal {

    private Refusal() {}

    static String codeOf(Function<String, ?> parse, String raw) {
        InvalidValue refused = catchThrowableOfType(InvalidValue.class, () -> parse.apply(raw));
        assertThat(refused).as("refused").isNotNull();
        assertThat(refused.getStackTrace()).isEmpty();
        assertThat(refused.getCause()).isNull();
        assertThat(refused.code()).matches("[a-z_]+");
        if (raw.strip().length() > 3) {
            assertThat(refused.toString()).doesNotContain(raw.strip());
        }
        return refused.code();
    }
}
