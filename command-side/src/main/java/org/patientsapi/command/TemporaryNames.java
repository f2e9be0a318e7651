package org.patientsapi.command;

import org.patientsapi.api.Newborn;
import org.patientsapi.api.PatientChanges;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.values.PersonName;

/** By which the wards can tell people apart until there is a real name. */
final class TemporaryNames {

    private static final int LONGEST_NAME = 100;

    private TemporaryNames() {}

    static PatientChanges ofNewborn(PatientChanges details, Newborn newborn, PatientProfile mother) {
        return unlessNamed(details, shortened("Baby " + newborn.birthOrder() + " of " + mother.name()));
    }

    static PatientChanges ofUnknown(PatientChanges details, String patientNumber) {
        return unlessNamed(details, "Unknown " + patientNumber);
    }

    private static PatientChanges unlessNamed(PatientChanges details, String name) {
        return details.firstName().value() != null ? details : details.withName(PersonName.of(name));
    }

    private static String shortened(String name) {
        int length = name.codePointCount(0, name.length());
        return length <= LONGEST_NAME
                ? name
                : name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME)).strip();
    }
}
