package org.patientsapi.query.search;

import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All tokens by which one patient is found. Made by the rules of {@link NameEngine#VERSION}: an index made by another
 * version must be rebuilt.
 */
public record SearchTokens(Map<SearchField, List<String>> byField) {

    public SearchTokens {
        byField = Map.copyOf(byField);
    }

    /**
     * The tokens of a patient; what is not known is null.
     *
     * @param phone E.164, such as {@code +919876543210}
     * @param patientNumber such as {@code P48291-37746}
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
        var fields = new EnumMap<SearchField, List<String>>(SearchField.class);
        new NameTokens(NameEngine.name(firstName, lastName))
                .byField()
                .forEach((field, tokens) -> put(fields, field, tokens));
        put(fields, SearchField.PHONE, only(Identifiers.phone(phone)));
        put(fields, SearchField.PATIENT_NUMBER, only(Identifiers.patientNumber(patientNumber)));
        put(fields, SearchField.ABHA_NUMBER, only(Identifiers.digits(abhaNumber)));
        put(fields, SearchField.ABHA_ADDRESS, only(Identifiers.address(abhaAddress)));
        return new SearchTokens(fields);
    }

    public List<String> of(SearchField field) {
        return byField.getOrDefault(field, List.of());
    }

    /** The object to put into the document: field name to tokens, empty fields left out. */
    public Map<String, List<String>> asDocument() {
        var document = new LinkedHashMap<String, List<String>>();
        for (var field : SearchField.values()) {
            var tokens = of(field);
            if (!tokens.isEmpty()) {
                document.put(field.fieldName(), tokens);
            }
        }
        return document;
    }

    private static Set<String> only(String token) {
        return token.isEmpty() ? Set.of() : Set.of(token);
    }

    private static void put(Map<SearchField, List<String>> fields, SearchField field, Collection<String> tokens) {
        if (!tokens.isEmpty()) {
            fields.put(field, List.copyOf(new LinkedHashSet<>(tokens)));
        }
    }
}
