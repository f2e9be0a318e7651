package org.patientsapi.query;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.patientsapi.api.Visit;

/** What the index holds of a visit: the visit as it is answered, and beside it whose it is and where it stands in order. */
record VisitDocument(String patientId, String visitId, String day, Visit visit) {

    static VisitDocument of(String patientId, Visit visit) {
        return new VisitDocument(patientId, visit.visitId(), visit.day(), visit);
    }

    /** The index refuses to replace a document by one of a lower or equal version. */
    @JsonIgnore
    long version() {
        return visit.version();
    }
}
