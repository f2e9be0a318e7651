package org.patientsapi.command;

import org.patientsapi.api.DistinctPerson;

/** Tells the other of two people who are known to be distinct, in the transaction in which the one was registered. */
@FunctionalInterface
interface KnownDistinctPeople {

    /** @param patientId of somebody whose claim the newcomer shares, and who therefore exists */
    void tell(String patientId, DistinctPerson newcomer);
}
