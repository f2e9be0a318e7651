package org.patientsapi.command;

import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.security.Caller;

/**
 * Records what a command shows without changing it: a patch of nothing, a repeated request, a newborn's mother. What changes
 * a patient shows it too, and that its event tells.
 */
interface Disclosures {

    /** Under which the caller goes with a command. */
    String CALLER = "caller";

    /**
     * With the current transaction, where there is one: the answer is not given before its commit.
     *
     * @param version of the patient or of the visit, whichever was shown; {@code null} where only something of it was:
     *     the name of a mother, what is left of an erased patient
     */
    void unchanged(String patientId, @Nullable Long version, Caller caller);
}
