package org.patientsapi.query.feed;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Contact;
import org.patientsapi.api.Demographics;
import org.patientsapi.api.DistinctPerson;
import org.patientsapi.api.DuplicateOverride;
import org.patientsapi.api.Identifiers;
import org.patientsapi.api.Identifiers.Insurance;
import org.patientsapi.api.MedicalSummary;
import org.patientsapi.api.MedicalSummary.Allergy;
import org.patientsapi.api.MedicalSummary.Diagnosis;
import org.patientsapi.api.MedicalSummary.Medication;
import org.patientsapi.api.Newborn;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientEvent.ContactChanged;
import org.patientsapi.api.PatientEvent.DemographicsCorrected;
import org.patientsapi.api.PatientEvent.IdentifiersChanged;
import org.patientsapi.api.PatientEvent.KnownDistinct;
import org.patientsapi.api.PatientEvent.MedicalSummaryChanged;
import org.patientsapi.api.PatientEvent.PatientAdmitted;
import org.patientsapi.api.PatientEvent.PatientDischarged;
import org.patientsapi.api.PatientEvent.PatientErased;
import org.patientsapi.api.PatientEvent.PatientForgotten;
import org.patientsapi.api.PatientEvent.PatientIdentified;
import org.patientsapi.api.PatientEvent.PatientRegistered;
import org.patientsapi.api.PatientEvent.PatientTransferred;
import org.patientsapi.api.PatientEvent.StatusChanged;
import org.patientsapi.api.PatientEvent.VisitCancelled;
import org.patientsapi.api.PatientEvent.VisitCorrected;
import org.patientsapi.api.PatientEvent.VisitRecorded;
import org.patientsapi.api.Visit;
import org.patientsapi.values.Address;

/**
 * What the page for people shows: events of a few made-up people, as the product would have made them. The golden events are
 * no examples: they have every field filled, so that none is forgotten, also those that exclude each other.
 */
final class EventExamples {

    /** @param title what happened, where a type has more than one example */
    record Example(String title, PatientEvent event) {}

    private static final String ANANYA = "019757ee-b212-7c1b-9d3e-2f4a5b6c7d8e";
    private static final String HER_TWIN = "018dfda5-d4ac-7a42-8e19-6b0c3d2f5a71";
    private static final String NEWBORN = "01a2047c-bae4-7f20-b1c8-94d7e3a65012";
    private static final String MOTHER = "01a1f2df-b8a4-7d15-8c4f-02b7e9a1c663";
    private static final String UNKNOWN_MAN = "01a20197-961b-7e03-a5d4-1c8f7b2e9036";

    private static final Demographics HER = new Demographics("Ananya", "Kulkarni", "1990-05-14", "female", "B+");
    private static final Contact HER_CONTACT = new Contact(
            "+919800000001",
            "ananya@example.org",
            new Address("12 MG Road", "Flat 3", "Bengaluru", "Bengaluru Urban", "Karnataka", "560001", "IN"));
    private static final Identifiers HER_IDENTIFIERS = new Identifiers(
            "P61582-03948",
            "91-0000-0000-0003",
            "ananya@abdm",
            "XXXX-XXXX-1234",
            true,
            List.of(new Insurance("Star Health", "SH-001", "M-7", "2025-04-01", "2026-03-31")));
    private static final MedicalSummary HER_SUMMARY = new MedicalSummary(
            List.of(new Diagnosis("E11", "ICD-10", "Type 2 diabetes mellitus", "2019-03")),
            List.of(new Allergy("Penicillin", "Rash", "moderate")),
            List.of(new Medication("Metformin", "500 mg", "twice daily", "2019")));

    private static final String OUTPATIENT = "019c21d0-9c6b-7b02-a8d1-7c3f5e9b2a10";
    private static final String ADMISSION = "019c21d6-05ba-7b02-a8d1-7c3f5e9b2a11";
    private static final String ADMITTED_AT = "2026-02-03T10:20:00+05:30";

    private EventExamples() {}

    /** In the order in which {@link PatientEvent} tells of them. */
    static List<Example> all() {
        return List.of(
                new Example(
                        "A woman whose twin sister was registered earlier, with the same phone:",
                        new PatientRegistered(
                                ANANYA,
                                "standard",
                                null,
                                "BLR",
                                "active",
                                HER,
                                HER_CONTACT,
                                HER_IDENTIFIERS,
                                HER_SUMMARY,
                                new DuplicateOverride("twin", HER_TWIN))),
                new Example(
                        "The second child of a birth, without a name yet:",
                        new PatientRegistered(
                                NEWBORN,
                                "newborn",
                                new Newborn(MOTHER, 2),
                                "BLR",
                                "active",
                                new Demographics("Baby 2 of Kavita Rao", null, "2026-11-22", "female", null),
                                new Contact(null, null, null),
                                new Identifiers("P29041-77358", null, null, null, false, List.of()),
                                MedicalSummary.NONE,
                                null)),
                new Example("", new DemographicsCorrected(ANANYA, HER)),
                new Example("", new ContactChanged(ANANYA, HER_CONTACT)),
                new Example("", new IdentifiersChanged(ANANYA, HER_IDENTIFIERS)),
                new Example("", new MedicalSummaryChanged(ANANYA, HER_SUMMARY)),
                new Example("", new StatusChanged(ANANYA, "inactive")),
                new Example("", new PatientTransferred(ANANYA, "MUM")),
                new Example("", new PatientIdentified(UNKNOWN_MAN)),
                new Example("", new KnownDistinct(HER_TWIN, new DistinctPerson(ANANYA, "twin"))),
                new Example("", new VisitRecorded(ANANYA, outpatient(2, "2026-02-03", Visit.RECORDED))),
                new Example("", new PatientAdmitted(ANANYA, admission(3, null))),
                new Example("", new PatientDischarged(ANANYA, admission(4, "2026-02-05T11:45:00+05:30"))),
                new Example("", new VisitCorrected(ANANYA, outpatient(5, "2026-02-02", Visit.RECORDED))),
                new Example("", new VisitCancelled(ANANYA, outpatient(6, "2026-02-02", Visit.CANCELLED))),
                new Example("", new PatientErased(ANANYA, "patient_request")),
                new Example("", new PatientForgotten(ANANYA)));
    }

    private static Visit outpatient(long version, String date, String status) {
        return new Visit(
                OUTPATIENT,
                version,
                Visit.OPD,
                "BLR",
                date,
                null,
                null,
                new Visit.Provider("D-17", "Dr Meera Nair"),
                "Cardiology",
                "Chest pain",
                status);
    }

    private static Visit admission(long version, @Nullable String dischargedAt) {
        return new Visit(
                ADMISSION,
                version,
                Visit.IPD,
                "MUM",
                null,
                ADMITTED_AT,
                dischargedAt,
                new Visit.Provider("D-17", "Dr Meera Nair"),
                "Cardiology",
                "Observation",
                dischargedAt == null ? Visit.ADMITTED : Visit.DISCHARGED);
    }
}
