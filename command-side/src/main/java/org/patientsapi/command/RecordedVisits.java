package org.patientsapi.command;

import java.util.Collection;
import java.util.List;
import org.patientsapi.api.Visit;

/** What the patient's own events say of visits. */
@FunctionalInterface
interface RecordedVisits {

    /**
     * @param versions the patient's, each made by an event about a visit
     * @return none once the patient's key is destroyed, which can happen while a command is handled
     */
    List<Visit> at(String patientId, Collection<Long> versions);
}
