package org.patientsapi.command;

import static org.patientsapi.platform.web.FieldReader.Need.OPTIONAL;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import org.patientsapi.api.Contact;
import org.patientsapi.api.Demographics;
import org.patientsapi.api.Identifiers;
import org.patientsapi.api.MedicalSummary;
import org.patientsapi.api.PatientChanges;
import org.patientsapi.api.PatientEvent.PatientRegistered;
import org.patientsapi.platform.web.FieldReader;
import org.patientsapi.platform.web.JsonBody;

/** One patient, as a request and as the event that it causes. */
final class Example {

    static final String ID = "01890000-0000-7000-8000-000000000001";
    static final String NUMBER = "P48291-37748";
    static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

    private Example() {}

    static JsonBody.Content json(String text) {
        return JsonBody.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    static FieldReader body(String text) {
        return FieldReader.forNew(json(text));
    }

    static PatientChanges details() {
        return PatientBody.registration(body("""
                        {"first_name": "Rajesh", "last_name": "Kumar", "date_of_birth": "1985-03-15",
                         "gender": "male", "phone": "98765 43210"}"""), OPTIONAL, TODAY).details();
    }

    static PatientRegistered registered() {
        return new PatientRegistered(
                ID,
                "standard",
                null,
                "MUM",
                "active",
                demographics("Rajesh"),
                new Contact("+919876543210", null, null),
                new Identifiers(NUMBER, null, null, null, false, List.of()),
                MedicalSummary.NONE,
                null);
    }

    static Demographics demographics(String firstName) {
        return new Demographics(firstName, "Kumar", "1985-03-15", "male", null);
    }
}
