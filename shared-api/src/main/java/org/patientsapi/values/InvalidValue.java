package org.patientsapi.values;

/**
 * A given text does not have the form its value type asks for. Carries a stable machine word and a sentence that says
 * what is expected, and never the given text: it is personal data, and messages end up in answers and logs. Has no
 * stack trace, since it reports on the input and not on the program.
 */
public final class InvalidValue extends RuntimeException {

    private final String code;

    /**
     * @param code a stable word in snake_case, such as {@code invalid_format}
     * @param message what is expected, without a trace of what was given
     */
    public InvalidValue(String code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    public String code() {
        return code;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    static InvalidValue required() {
        return new InvalidValue("required", "A value is required here.");
    }

    /** The usual refusal, {@code invalid_format}, with a message that says what is expected. */
    public static InvalidValue invalidFormat(String message) {
        return new InvalidValue("invalid_format", message);
    }

    static InvalidValue tooLong(int max) {
        return new InvalidValue("too_long", "At most " + max + " characters.");
    }

    static InvalidValue invalidCheckDigit() {
        return new InvalidValue("invalid_check_digit", "The check digit does not fit: a digit is mistyped or swapped.");
    }
}
