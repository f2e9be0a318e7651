package org.patientsapi.query.search;

import static java.util.stream.Collectors.toCollection;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All tokens by which one patient is found. Made by the rules of {@link NameEngine#VERSION}: an index made by another
 * version must be rebuilt.
 *
 * @param byField in the order of the fields, which the hash of a document depends on; without those that are empty
 */
public record SearchTokens(Map<SearchField, Set<String>> byField) {

    /**
     * The tokens of a patient; what is not known is null.
     *
     * @param phone E.164, such as {@code +919876543210}
     * @param patientNumber such as {@code P48291-37748}
     * @param abhaNumber fourteen digits, with or without hyphens
     * @param abhaAddress such as {@code name@abdm}
     */
    public static SearchTokens of(
            String firstName,
            @Nullable String lastName,
            @Nullable String phone,
            @Nullable String patientNumber,
            @Nullable String abhaNumber,
            @Nullable String abhaAddress) {
        var fields = new EnumMap<>(new NameTokens(NameEngine.name(firstName, lastName)).byField());
        var digits = Identifiers.digits(phone);
        put(fields, SearchField.PHONE, Identifiers.backwards(digits), Identifiers.forwards(digits));
        put(fields, SearchField.PATIENT_NUMBER, Identifiers.patientNumber(patientNumber));
        put(fields, SearchField.ABHA_NUMBER, Identifiers.digits(abhaNumber));
        put(fields, SearchField.ABHA_ADDRESS, Identifiers.address(abhaAddress));
        return new SearchTokens(fields);
    }

    /** The object to put into the document: field name to tokens. */
    public Map<String, List<String>> asDocument() {
        var document = new LinkedHashMap<String, List<String>>();
        byField.forEach((field, tokens) -> document.put(field.fieldName(), List.copyOf(tokens)));
        return document;
    }

    private static void put(Map<SearchField, Set<String>> fields, SearchField field, String... tokens) {
        var some = Arrays.stream(tokens).filter(token -> !token.isEmpty()).collect(toCollection(TreeSet::new));
        if (!some.isEmpty()) {
            fields.put(field, some);
        }
    }
}
