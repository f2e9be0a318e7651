package org.patientsapi.command;

import java.util.Optional;
import org.patientsapi.api.DistinctPerson;
import org.patientsapi.api.PatientProfile;

/** The other of two people who are known to be distinct, in the transaction in which the one is registered. */
interface KnownDistinctPeople {

    /**
     * Keeps this node's other commands on the patient waiting until the transaction ends; one of another node that comes first has
     * all of it decided anew.
     *
     * @param patientId of somebody whose claim the newcomer shares, and who therefore exists; of several, in the order of ids
     * @return empty for whoever was erased meanwhile
     */
    Optional<PatientProfile> lock(String patientId);

    /** @param patientId locked before */
    void tell(String patientId, DistinctPerson newcomer);
}
