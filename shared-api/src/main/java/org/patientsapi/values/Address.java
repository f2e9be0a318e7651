package org.patientsapi.values;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A postal address, as much of it as is known.
 *
 * @param pincode six digits in India, elsewhere the postal code as it is written there
 * @param country ISO 3166-1 alpha-2
 */
public record Address(
        @Nullable String line1,
        @Nullable String line2,
        @Nullable String city,
        @Nullable String district,
        @Nullable String state,
        @Nullable String pincode,
        String country) {

    private static final String HOME = "IN";
    private static final int LONGEST_LINE = 200;
    private static final int LONGEST_PLACE = 100;
    private static final int LONGEST_FOREIGN_CODE = 12;
    private static final Pattern PIN_CODE = Pattern.compile("[1-9][0-9]{5}");
    private static final Set<String> COUNTRIES = Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2);

    /** An address as it came in, not looked at yet. */
    public record Draft(
            @Nullable String line1,
            @Nullable String line2,
            @Nullable String city,
            @Nullable String district,
            @Nullable String state,
            @Nullable String pincode,
            @Nullable String country) {

        /** Whether nothing is said, as by a form that was left empty. */
        public boolean isEmpty() {
            return given(line1) == null
                    && given(line2) == null
                    && given(city) == null
                    && given(district) == null
                    && given(state) == null
                    && given(pincode) == null
                    && given(country) == null;
        }
    }

    /**
     * The address, with every part normalised; an empty part counts as absent, since forms send them so, and an absent
     * country is India. All that is wrong is noted as {@code field.pincode} and so on, and the answer is then null.
     * Lines have at most 200 characters, places 100, a foreign postal code 12.
     */
    public static @Nullable Address parse(Draft draft, String field, Problems problems) {
        Problems own = new Problems();
        String line1 = text(draft.line1, "line1", LONGEST_LINE, own);
        String line2 = text(draft.line2, "line2", LONGEST_LINE, own);
        String city = text(draft.city, "city", LONGEST_PLACE, own);
        String district = text(draft.district, "district", LONGEST_PLACE, own);
        String state = text(draft.state, "state", LONGEST_PLACE, own);
        String country = own.optional("country", given(draft.country), Address::country);
        // Without a known country there is no rule to hold the postal code against.
        boolean indian = given(draft.country) == null || HOME.equals(country);
        String pincode =
                own.optional("pincode", given(draft.pincode), indian ? Address::pinCode : Address::foreignCode);
        own.toList().forEach(problem -> problems.add(field + "." + problem.field(), problem.code(), problem.message()));
        return own.isEmpty()
                ? new Address(line1, line2, city, district, state, pincode, country == null ? HOME : country)
                : null;
    }

    private static @Nullable String given(@Nullable String raw) {
        return raw == null || Characters.trim(raw).isEmpty() ? null : raw;
    }

    private static @Nullable String text(@Nullable String raw, String part, int longest, Problems problems) {
        return problems.optional(part, given(raw), text -> FreeText.line(text, longest));
    }

    private static String country(String raw) {
        String code = raw.length() > 20 ? "" : Characters.trim(raw).toUpperCase(Locale.ROOT);
        if (!COUNTRIES.contains(code)) {
            throw InvalidValue.invalidFormat("A country as its two letters in ISO 3166-1, such as IN.");
        }
        return code;
    }

    private static String pinCode(String raw) {
        String digits = Digits.compact(raw);
        if (!PIN_CODE.matcher(digits).matches()) {
            throw InvalidValue.invalidFormat("An Indian PIN code has six digits and does not begin with 0.");
        }
        return digits;
    }

    private static String foreignCode(String raw) {
        return FreeText.line(raw, LONGEST_FOREIGN_CODE);
    }
}
