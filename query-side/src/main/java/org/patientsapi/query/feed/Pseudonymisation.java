package org.patientsapi.query.feed;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Contact;
import org.patientsapi.api.Demographics;
import org.patientsapi.api.Identifiers;
import org.patientsapi.api.MedicalSummary;
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
 * Takes the person out of an event. It lets through what is listed in {@link PseudonymousData} rather than leaving out what
 * is known to be personal, so that a field that an event gains stays out until somebody decides otherwise.
 */
final class Pseudonymisation {

    private static final String OTHER = "other";

    /** HIPAA's Safe Harbor (45 CFR 164.514(b)(2)(i)(C)) draws the line here too. */
    private static final int OLDEST_IN_YEARS = 89;

    private static final Pattern DISTRICT = Pattern.compile("\\p{L}[\\p{L}\\p{M} .'()-]{0,59}");

    /** The states and union territories of India, by the names in ISO 3166-2:IN without diacritics. */
    private static final Map<String, String> STATES = byCaselessName(List.of(
            "Andaman and Nicobar Islands",
            "Andhra Pradesh",
            "Arunachal Pradesh",
            "Assam",
            "Bihar",
            "Chandigarh",
            "Chhattisgarh",
            "Dadra and Nagar Haveli and Daman and Diu",
            "Delhi",
            "Goa",
            "Gujarat",
            "Haryana",
            "Himachal Pradesh",
            "Jammu and Kashmir",
            "Jharkhand",
            "Karnataka",
            "Kerala",
            "Ladakh",
            "Lakshadweep",
            "Madhya Pradesh",
            "Maharashtra",
            "Manipur",
            "Meghalaya",
            "Mizoram",
            "Nagaland",
            "Odisha",
            "Puducherry",
            "Punjab",
            "Rajasthan",
            "Sikkim",
            "Tamil Nadu",
            "Telangana",
            "Tripura",
            "Uttar Pradesh",
            "Uttarakhand",
            "West Bengal"));

    private final Pseudonyms pseudonyms;
    private final Map<String, String> departments;
    private final ZoneId zone;

    /** @param zone the hospital's, in which hours begin */
    Pseudonymisation(Pseudonyms pseudonyms, Collection<String> departments, ZoneId zone) {
        this.pseudonyms = pseudonyms;
        this.departments = byCaselessName(departments);
        this.zone = zone;
    }

    Pseudonyms pseudonyms() {
        return pseudonyms;
    }

    /** To the hour: to the millisecond, times are as good as names to whoever knows when somebody was at the desk. */
    String time(Instant at) {
        return text(hour(at));
    }

    /** For whatever is told of a moment: beside an hour of another zone, which may begin at half past, it would tell the half. */
    OffsetDateTime hour(Instant at) {
        return hour(at.atZone(zone).toOffsetDateTime());
    }

    /** {@code null} for an event of which nothing is left. */
    @Nullable
    PseudonymousData data(PatientEvent event, Instant at) {
        return switch (event) {
            case PatientRegistered e ->
                new PseudonymousData.Registered(
                        e.registrationType(),
                        newborn(e.newborn()),
                        e.branchId(),
                        e.status(),
                        demographics(e.demographics(), at),
                        contact(e.contact()),
                        identifiers(e.identifiers()),
                        medicalSummary(e.medicalSummary()),
                        e.duplicateOverride() == null
                                ? null
                                : distinct(
                                        e.duplicateOverride().of(),
                                        e.duplicateOverride().reason()));
            case DemographicsCorrected e ->
                new PseudonymousData.DemographicsCorrected(demographics(e.demographics(), at));
            case ContactChanged e -> new PseudonymousData.ContactChanged(contact(e.contact()));
            case IdentifiersChanged e -> new PseudonymousData.IdentifiersChanged(identifiers(e.identifiers()));
            case MedicalSummaryChanged e ->
                new PseudonymousData.MedicalSummaryChanged(medicalSummary(e.medicalSummary()));
            case StatusChanged e -> new PseudonymousData.StatusChanged(e.status());
            case PatientTransferred e -> new PseudonymousData.Transferred(e.branchId());
            case PatientIdentified e -> new PseudonymousData.Identified();
            case KnownDistinct e -> distinct(e.from().id(), e.from().reason());
            case VisitRecorded e -> visit(e.visit());
            case PatientAdmitted e -> visit(e.visit());
            case PatientDischarged e -> visit(e.visit());
            case VisitCorrected e -> visit(e.visit());
            case VisitCancelled e -> visit(e.visit());
            case PatientErased e -> new PseudonymousData.Erased(e.reason());
            case PatientForgotten e -> null;
        };
    }

    private PseudonymousData.@Nullable Newborn newborn(@Nullable Newborn newborn) {
        return newborn == null
                ? null
                : new PseudonymousData.Newborn(pseudonyms.patient(newborn.motherId()), newborn.birthOrder());
    }

    private PseudonymousData.Demographics demographics(Demographics person, Instant at) {
        Integer born = year(person.dateOfBirth());
        int oldest = at.atZone(zone).getYear() - OLDEST_IN_YEARS;
        boolean veryOld = born != null && born < oldest;
        return new PseudonymousData.Demographics(
                veryOld ? null : born,
                veryOld ? Integer.valueOf(oldest - 1) : null,
                person.gender(),
                person.bloodGroup());
    }

    private static PseudonymousData.Contact contact(Contact contact) {
        Address address = contact.address();
        String state = address == null || address.state() == null ? null : STATES.get(caseless(address.state()));
        String district = state == null || address == null ? null : address.district();
        return new PseudonymousData.Contact(
                contact.phone() != null,
                contact.email() != null,
                district != null && DISTRICT.matcher(district).matches() ? district : null,
                state,
                address == null ? null : address.country());
    }

    private static PseudonymousData.Identifiers identifiers(Identifiers identifiers) {
        return new PseudonymousData.Identifiers(
                identifiers.abhaId() != null || identifiers.abhaAddress() != null,
                identifiers.aadhaar() != null,
                identifiers.aadhaarVerified(),
                !identifiers.insurance().isEmpty());
    }

    private static PseudonymousData.MedicalSummary medicalSummary(MedicalSummary summary) {
        List<PseudonymousData.Diagnosis> coded = new ArrayList<>();
        for (MedicalSummary.Diagnosis diagnosis : summary.activeDiagnoses()) {
            ClinicalCode known = ClinicalCode.of(diagnosis.system(), diagnosis.code());
            if (known != null && diagnosis.code() != null) {
                coded.add(new PseudonymousData.Diagnosis(known.system(), diagnosis.code(), year(diagnosis.since())));
            }
        }
        return new PseudonymousData.MedicalSummary(
                coded,
                summary.activeDiagnoses().size() - coded.size(),
                summary.allergies().size(),
                summary.currentMedications().size());
    }

    private PseudonymousData.KnownDistinct distinct(String otherId, String reason) {
        return new PseudonymousData.KnownDistinct(pseudonyms.patient(otherId), reason);
    }

    private PseudonymousData.VisitChanged visit(Visit visit) {
        String provider = visit.provider().id();
        String department = visit.department();
        return new PseudonymousData.VisitChanged(new PseudonymousData.Visit(
                pseudonyms.visit(visit.visitId()),
                visit.type(),
                visit.branchId(),
                visit.date(),
                hourOf(visit.admittedAt()),
                hourOf(visit.dischargedAt()),
                provider == null ? null : pseudonyms.provider(provider),
                department == null ? null : departments.getOrDefault(caseless(department), OTHER),
                visit.status()));
    }

    private static @Nullable String hourOf(@Nullable String time) {
        return time == null ? null : text(hour(OffsetDateTime.parse(time)));
    }

    private static OffsetDateTime hour(OffsetDateTime time) {
        return time.truncatedTo(ChronoUnit.HOURS);
    }

    private static String text(OffsetDateTime time) {
        return time.format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
    }

    /** Of a FHIR date, which begins with it; stored events may have a diagnosis of the year 999 with three digits. */
    private static @Nullable Integer year(@Nullable String partialDate) {
        return partialDate == null ? null : Integer.valueOf(partialDate.split("-", 2)[0]);
    }

    private static Map<String, String> byCaselessName(Collection<String> names) {
        return names.stream().collect(toUnmodifiableMap(Pseudonymisation::caseless, identity()));
    }

    private static String caseless(String text) {
        return text.strip().toLowerCase(Locale.ROOT).replace("&", "and");
    }
}
