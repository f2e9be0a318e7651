package org.patientsapi.platform.eventstore;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.List;
import org.patientsapi.api.Contact;
import org.patientsapi.api.Demographics;
import org.patientsapi.api.Identifiers;
import org.patientsapi.api.MedicalSummary;
import org.patientsapi.api.PatientEvent.PatientRegistered;

/** Invented people, with values that cannot be overlooked where they must not be. */
public final class Samples {

    static final String NAME = "Canarywati";
    static final String PHONE = "+919812345670";

    private Samples() {}

    static String patientId() {
        return UuidCreator.getTimeOrderedEpoch().toString();
    }

    static NotedPatient.Register register(String patientId) {
        return new NotedPatient.Register(patientId, registered(patientId));
    }

    public static PatientRegistered registered(String patientId) {
        return new PatientRegistered(
                patientId,
                "standard",
                null,
                "BLR",
                "active",
                new Demographics(NAME, null, "1980-02-29", "female", "O+"),
                contact(PHONE),
                new Identifiers("P" + patientId.replace("-", "").substring(8, 28), null, null, null, false, List.of()),
                MedicalSummary.NONE,
                null);
    }

    static Contact contact(String phone) {
        return new Contact(phone, "canary@example.org", null);
    }
}
