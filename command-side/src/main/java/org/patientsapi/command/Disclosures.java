package org.patientsapi.command;

import org.patientsapi.platform.security.Caller;

/**
 * Records what a command shows without changing it: a patch of nothing, or a repeated request. What changes a patient shows
 * it too, and that its event tells.
 */
interface Disclosures {

    /** Under which the caller goes with a command. */
    String CALLER = "caller";

    /**
     * With the command's transaction: the answer is not given before its commit.
     *
     * @param version of the patient or of the visit, whichever was shown
     */
    void unchanged(String patientId, long version, Caller caller);
}
