package org.patientsapi.command;

import org.patientsapi.api.Newborn;
import org.patientsapi.api.PatientProfile;

/** By which the wards can tell people apart until there is a real name. */
final class TemporaryNames {

    private static final int LONGEST_NAME = 100;

    private TemporaryNames() {}

    static String ofNewborn(Newborn newborn, PatientProfile mother) {
        return shortened("Baby " + newborn.birthOrder() + " of " + mother.name());
    }

    static String ofUnknown(String patientNumber) {
        return "Unknown " + patientNumber;
    }

    private static String shortened(String name) {
        int length = name.codePointCount(0, name.length());
        return length <= LONGEST_NAME
                ? name
                : name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME)).strip();
    }
}
