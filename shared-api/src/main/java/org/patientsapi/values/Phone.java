package org.patientsapi.values;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;

/**
 * A telephone number in E.164, such as {@code +919876543210}. A number without a country is an Indian one. Whether a number
 * can exist is for libphonenumber to say, which follows the countries' numbering plans.
 */
public record Phone(String value) {

    private static final int LONGEST = 40;
    private static final String HOME = "IN";
    private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();

    /** Of the country that a number without one is of. */
    public static final String HOME_CODE = Integer.toString(NUMBERS.getCountryCodeForRegion(HOME));

    /**
     * Any usual way of writing: {@code +91}, {@code 0091}, {@code 91} or {@code 0} before an Indian number, or nothing;
     * {@code +} or {@code 00} before others; spaces, hyphens, dots and brackets anywhere; any script's digits.
     *
     * @throws InvalidValue {@code required}, {@code too_long} (40 characters), {@code invalid_format} for what is no single
     *     number (letters, an extension, two numbers), {@code invalid_number} for a number no country has
     */
    public static Phone parse(String raw) {
        if (raw.length() > LONGEST) {
            throw InvalidValue.tooLong(LONGEST);
        }
        String dialled = withoutTrunkPrefix(withoutPunctuation(raw));
        try {
            PhoneNumber number = NUMBERS.parse(dialled, HOME);
            if (NUMBERS.isValidNumber(number)) {
                return new Phone(NUMBERS.format(number, PhoneNumberFormat.E164));
            }
        } catch (NumberParseException notANumber) {
            // Answered below; its message would repeat the given text.
        }
        throw new InvalidValue(
                "invalid_number",
                "No such telephone number: an Indian number of 10 digits, or another one with + and country.");
    }

    /** Digits with at most one plus, before the first of them. */
    private static String withoutPunctuation(String raw) {
        StringBuilder number = new StringBuilder(raw.length());
        Digits.fold(raw).codePoints().forEach(c -> {
            if (c >= '0' && c <= '9') {
                number.append((char) c);
            } else if ((c == '+' || c == '＋') && number.isEmpty()) {
                number.append('+');
            } else if (!isPunctuation(c)) {
                throw InvalidValue.invalidFormat(
                        "One telephone number in digits, with + before a country, no extension.");
            }
        });
        if (number.isEmpty()) {
            throw Characters.trim(raw).isEmpty()
                    ? InvalidValue.required()
                    : InvalidValue.invalidFormat("A telephone number has digits.");
        }
        return number.toString();
    }

    /** The direction marks (format characters) come along when a number is copied from a phone's address book. */
    private static boolean isPunctuation(int c) {
        return ".()[]（）．".indexOf(c) >= 0
                || Digits.isHyphen(c)
                || Character.isSpaceChar(c)
                || Character.getType(c) == Character.FORMAT;
    }

    /**
     * libphonenumber knows 00, 91 and 0 before an Indian number, but not 091, which people write as well. The 0 means
     * nothing in front of any other number that begins so.
     */
    private static String withoutTrunkPrefix(String number) {
        return number.startsWith("091") ? number.substring(1) : number;
    }

    @Override
    public String toString() {
        return value;
    }
}
