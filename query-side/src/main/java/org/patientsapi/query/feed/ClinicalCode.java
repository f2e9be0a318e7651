package org.patientsapi.query.feed;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.patientsapi.values.Verhoeff;

/**
 * A code of a classification that everybody knows, in that classification's form. What a desk typed into the field for the
 * code may be anything; only this is let into the pseudonymous tier.
 */
enum ClinicalCode {
    ICD_10("ICD-10", Pattern.compile("[A-Z][0-9][0-9A-Z](\\.[0-9A-Z]{1,4})?")),
    ICD_11("ICD-11", Pattern.compile("[0-9A-Z][A-Z][0-9][0-9A-Z](\\.[0-9A-Z]{1,3})?")),
    SNOMED_CT("SNOMED-CT", Pattern.compile("[1-9][0-9]{2,14}[01]0[0-9]")) {
        @Override
        boolean fits(String code) {
            // Of a concept: before the last digit, which is Verhoeff's, stands 00 or 10. Few phone numbers have both.
            return super.fits(code) && Verhoeff.holds(code);
        }
    };

    private final String system;
    private final Pattern form;

    ClinicalCode(String system, Pattern form) {
        this.system = system;
        this.form = form;
    }

    String system() {
        return system;
    }

    boolean fits(String code) {
        return form.matcher(code).matches();
    }

    /** The classification of this name, if the code has its form; {@code null} otherwise. */
    static @Nullable ClinicalCode of(@Nullable String system, @Nullable String code) {
        if (system == null || code == null) {
            return null;
        }
        ClinicalCode named = switch (system.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "")) {
            case "ICD10", "ICD10CM", "HTTPHL7ORGFHIRSIDICD10" -> ICD_10;
            case "ICD11", "HTTPIDWHOINTICD11MMS" -> ICD_11;
            case "SNOMED", "SNOMEDCT", "HTTPSNOMEDINFOSCT" -> SNOMED_CT;
            default -> null;
        };
        return named != null && named.fits(code) ? named : null;
    }
}
