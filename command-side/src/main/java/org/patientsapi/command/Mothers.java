package org.patientsapi.command;

import org.patientsapi.api.PatientProfile;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.values.InvalidFields;

/** Whom newborns are named after. */
@FunctionalInterface
interface Mothers {

    /**
     * Shows her to the caller, and records it.
     *
     * @throws InvalidFields for one whom the caller cannot see
     */
    PatientProfile show(String motherId, Caller caller);
}
