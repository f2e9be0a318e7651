package org.patientsapi.query;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.patientsapi.api.Identifiers;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.query.search.SearchTokens;

/**
 * What the index holds of a patient: the profile as it is answered, and beside it only what lists are filtered, ordered
 * and searched by.
 */
record PatientDocument(
        String id,
        String branchId,
        Instant registeredAt,
        String listOrder,
        PatientProfile profile,
        Map<String, List<String>> tokens) {

    static PatientDocument of(PatientProfile whole) {
        PatientProfile profile = whole.withRecentVisits();
        Identifiers identifiers = profile.identifiers();
        SearchTokens tokens = SearchTokens.of(
                profile.demographics().firstName(),
                profile.demographics().lastName(),
                profile.contact().phone(),
                profile.patientId(),
                identifiers.abhaId(),
                identifiers.abhaAddress());
        return new PatientDocument(
                profile.id(),
                profile.branchId(),
                profile.registeredAt(),
                ListOrder.of(profile.registeredAt().toEpochMilli(), profile.id()),
                profile,
                tokens.asDocument());
    }

    /** The index refuses to replace a document by one of a lower or equal version. */
    @JsonIgnore
    long version() {
        return profile.version();
    }
}
