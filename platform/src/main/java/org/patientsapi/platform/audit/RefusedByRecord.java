package org.patientsapi.platform.audit;

import org.patientsapi.values.InvalidFields;

/**
 * That a request was in order and was refused for what the patient's record says: whoever is told so is told something of the
 * patient. It is answered as what it was caused by.
 */
public final class RefusedByRecord extends RuntimeException {

    public RefusedByRecord(InvalidFields cause) {
        super(cause.getMessage(), cause, false, false);
    }
}
