package org.patientsapi.platform.audit;

import java.util.Set;
import org.patientsapi.values.InvalidFields;

/**
 * That a request was in order and was refused for what a patient's record says: whoever is told so is told something of the
 * patient. It is answered as what it was caused by.
 */
public final class RefusedByRecord extends RuntimeException {

    private final Set<String> patientIds;

    /** @param patientIds whose record it may have been, besides that of the patient in the path */
    public RefusedByRecord(InvalidFields cause, Set<String> patientIds) {
        super(cause.getMessage(), cause, false, false);
        this.patientIds = patientIds;
    }

    Set<String> patientIds() {
        return patientIds;
    }
}
