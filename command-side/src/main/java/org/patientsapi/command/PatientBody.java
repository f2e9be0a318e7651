package org.patientsapi.command;

import static org.patientsapi.platform.web.FieldReader.Need.OPTIONAL;
import static org.patientsapi.platform.web.FieldReader.Need.REQUIRED;

import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Change;
import org.patientsapi.api.DuplicateOverride;
import org.patientsapi.api.Identifiers.Insurance;
import org.patientsapi.api.MedicalSummary.Allergy;
import org.patientsapi.api.MedicalSummary.Diagnosis;
import org.patientsapi.api.MedicalSummary.Medication;
import org.patientsapi.api.Newborn;
import org.patientsapi.api.PatientChanges;
import org.patientsapi.api.PatientChanges.AddressChanges;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.platform.web.FieldReader;
import org.patientsapi.platform.web.FieldReader.Need;
import org.patientsapi.platform.web.JsonBody;
import org.patientsapi.values.Aadhaar;
import org.patientsapi.values.AbhaAddress;
import org.patientsapi.values.AbhaNumber;
import org.patientsapi.values.Address;
import org.patientsapi.values.BloodGroup;
import org.patientsapi.values.DateOfBirth;
import org.patientsapi.values.EmailAddress;
import org.patientsapi.values.FreeText;
import org.patientsapi.values.Gender;
import org.patientsapi.values.InvalidValue;
import org.patientsapi.values.PartialDate;
import org.patientsapi.values.PersonName;
import org.patientsapi.values.Phone;
import org.patientsapi.values.Uuids;
import tools.jackson.databind.node.ObjectNode;

/**
 * The body of a POST or PATCH, read whole before anything is decided, so that a client hears of all that is wrong at once.
 */
final class PatientBody {

    private static final int LONGEST_LIST = 50;
    private static final int LONGEST_TEXT = 200;
    private static final Pattern BRANCH = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,31}");
    private static final Set<String> STATUSES = Set.of("active", "inactive", "deceased");
    private static final Set<String> REGISTRATION_TYPES =
            Set.of(PatientProfile.STANDARD, PatientProfile.NEWBORN, PatientProfile.EMERGENCY);
    private static final Set<String> OVERRIDE_REASONS = Set.of("twin", "family_phone", "verified_distinct");

    private final FieldReader body;
    private final String registrationType;
    private final LocalDate today;

    private PatientBody(FieldReader body, String registrationType, LocalDate today) {
        this.body = body;
        this.registrationType = registrationType;
        this.today = today;
    }

    /**
     * What a POST says.
     *
     * @param newborn for a newborn only
     */
    record Registration(
            String type,
            @Nullable Newborn newborn,
            PatientChanges details,
            @Nullable DuplicateOverride duplicateOverride) {}

    /**
     * @param branch whether it has to be named
     * @param today the hospital's date
     * @throws org.patientsapi.values.InvalidFields with every problem
     */
    static Registration registration(FieldReader body, Need branch, LocalDate today) {
        String given = body.text("registration_type", OPTIONAL, oneOf(REGISTRATION_TYPES));
        String type = given == null ? PatientProfile.STANDARD : given;
        PatientBody reader = new PatientBody(body, type, today);
        Newborn newborn = reader.newborn();
        DuplicateOverride override = reader.duplicateOverride();
        PatientChanges details = reader.changes(branch, OPTIONAL);
        // Of somebody new nothing is on record that could make this right.
        details.contact(null, body.problems());
        if (details.aadhaar().value() == null && !body.problems().areOf("identifiers.aadhaar")) {
            details.checkVerified(null, body.problems());
        }
        body.finish();
        return new Registration(type, newborn, details, override);
    }

    /**
     * @param today the hospital's date
     * @throws org.patientsapi.values.InvalidFields with every problem that can be seen without the patient
     */
    static PatientChanges patch(JsonBody.Content json, LocalDate today) {
        nullEach(json.object(), "identifiers", "abha_id", "abha_address", "aadhaar", "insurance");
        nullEach(json.object(), "medical_summary", "active_diagnoses", "allergies", "current_medications");
        FieldReader body = FieldReader.forPatch(json);
        body.readOnly("registration_type", "newborn");
        PatientChanges changes = new PatientBody(body, PatientProfile.STANDARD, today).changes(REQUIRED, REQUIRED);
        AddressChanges address = changes.address().value();
        if (address != null) {
            Address.parse(address.alone(), "address", body.problems());
        }
        body.finish();
        return changes;
    }

    /** An object that is always there cannot be cleared itself: null in its place clears all there is in it. */
    private static void nullEach(ObjectNode json, String name, String... fields) {
        if (json.path(name).isNull()) {
            ObjectNode cleared = json.putObject(name);
            Stream.of(fields).forEach(cleared::putNull);
        }
    }

    /** @param status whether it has to be named: a new patient has one anyway, and nobody loses it */
    private PatientChanges changes(Need branch, Need status) {
        body.readOnly(
                "id",
                "patient_id",
                "version",
                "registered_at",
                "updated_at",
                "name",
                "age",
                "visit_history",
                "visit_count",
                "last_visit_date",
                "known_distinct");
        // A newborn has no name of its own yet, and nobody knows an unidentified patient's.
        Need known = registrationType.equals(PatientProfile.STANDARD) ? REQUIRED : OPTIONAL;
        FieldReader identifiers = body.object("identifiers", OPTIONAL);
        FieldReader medical = body.object("medical_summary", OPTIONAL);
        if (identifiers != null) {
            identifiers.readOnly("patient_id");
        }
        return new PatientChanges(
                text(body, "branch_id", branch, PatientBody::branch),
                text(body, "status", status, oneOf(STATUSES)),
                text(body, "first_name", known, PersonName::parse),
                text(body, "last_name", OPTIONAL, PersonName::parse),
                text(
                        body,
                        "date_of_birth",
                        need("date_of_birth", requiresDateOfBirth(registrationType)),
                        raw -> DateOfBirth.parse(raw, today)),
                text(
                        body,
                        "gender",
                        registrationType.equals(PatientProfile.EMERGENCY) ? OPTIONAL : REQUIRED,
                        Gender::parse),
                text(body, "blood_group", OPTIONAL, BloodGroup::parse),
                text(body, "phone", need("phone", requiresPhone(registrationType)), Phone::parse),
                text(body, "email", OPTIONAL, EmailAddress::parse),
                address(),
                text(identifiers, "abha_id", OPTIONAL, AbhaNumber::parse),
                text(identifiers, "abha_address", OPTIONAL, AbhaAddress::parse),
                text(identifiers, "aadhaar", OPTIONAL, Aadhaar::parse),
                flag(identifiers, "aadhaar_verified"),
                list(identifiers, "insurance", PatientBody::insurance),
                list(medical, "active_diagnoses", PatientBody::diagnosis),
                list(medical, "allergies", PatientBody::allergy),
                list(medical, "current_medications", PatientBody::medication));
    }

    /** Neither a newborn nor somebody unidentified has one. */
    static boolean requiresPhone(String registrationType) {
        return registrationType.equals(PatientProfile.STANDARD);
    }

    /** A newborn's is known. */
    static boolean requiresDateOfBirth(String registrationType) {
        return !registrationType.equals(PatientProfile.EMERGENCY);
    }

    /** Whether a patch may clear it is for {@link Patient} to say, who knows how the patient was registered. */
    private Need need(String field, boolean required) {
        return required && !body.clears(field) ? REQUIRED : OPTIONAL;
    }

    private Change<AddressChanges> address() {
        FieldReader address = body.object("address", OPTIONAL);
        if (address == null) {
            return body.has("address") ? Change.to(null) : Change.none();
        }
        return Change.to(new AddressChanges(
                text(address, "line1", OPTIONAL, Function.identity()),
                text(address, "line2", OPTIONAL, Function.identity()),
                text(address, "city", OPTIONAL, Function.identity()),
                text(address, "district", OPTIONAL, Function.identity()),
                text(address, "state", OPTIONAL, Function.identity()),
                text(address, "pincode", OPTIONAL, Function.identity()),
                text(address, "country", OPTIONAL, Function.identity())));
    }

    private @Nullable Newborn newborn() {
        boolean isNewborn = registrationType.equals(PatientProfile.NEWBORN);
        FieldReader newborn = body.object("newborn", isNewborn ? REQUIRED : OPTIONAL);
        if (newborn == null) {
            return null;
        }
        if (!isNewborn) {
            body.problems().add("newborn", "not_applicable", "Only a registration as a newborn has this.");
        }
        String motherId = newborn.text("mother_id", REQUIRED, PatientBody::id);
        Integer order = newborn.integer("birth_order", OPTIONAL, 1, Newborn.MOST_AT_A_BIRTH);
        return motherId == null ? null : new Newborn(motherId, order == null ? 1 : order);
    }

    private @Nullable DuplicateOverride duplicateOverride() {
        FieldReader override = body.object("duplicate_override", OPTIONAL);
        if (override == null) {
            return null;
        }
        String reason = override.text("reason", REQUIRED, oneOf(OVERRIDE_REASONS));
        String of = override.text("of", REQUIRED, PatientBody::id);
        return reason == null || of == null ? null : new DuplicateOverride(reason, of);
    }

    private static @Nullable Insurance insurance(FieldReader entry) {
        String provider = entry.text("provider", REQUIRED, PatientBody::line);
        String policyNumber = entry.text("policy_number", REQUIRED, PatientBody::line);
        String memberId = entry.text("member_id", OPTIONAL, PatientBody::line);
        LocalDate from = entry.text("valid_from", OPTIONAL, PartialDate::day);
        LocalDate until = entry.text("valid_until", OPTIONAL, PartialDate::day);
        if (from != null && until != null && until.isBefore(from)) {
            entry.problems().add(entry.path("valid_until"), "out_of_range", "This is before valid_from.");
        }
        return provider == null || policyNumber == null
                ? null
                : new Insurance(provider, policyNumber, memberId, plain(from), plain(until));
    }

    private static @Nullable Diagnosis diagnosis(FieldReader entry) {
        String code = entry.text("code", OPTIONAL, PatientBody::line);
        String system = entry.text("system", OPTIONAL, PatientBody::line);
        String description = entry.text("description", REQUIRED, PatientBody::line);
        String since = entry.text("since", OPTIONAL, PartialDate::parse);
        return description == null ? null : new Diagnosis(code, system, description, since);
    }

    private static @Nullable Allergy allergy(FieldReader entry) {
        String substance = entry.text("substance", REQUIRED, PatientBody::line);
        String reaction = entry.text("reaction", OPTIONAL, PatientBody::line);
        String severity = entry.text("severity", OPTIONAL, PatientBody::line);
        return substance == null ? null : new Allergy(substance, reaction, severity);
    }

    private static @Nullable Medication medication(FieldReader entry) {
        String name = entry.text("name", REQUIRED, PatientBody::line);
        String dose = entry.text("dose", OPTIONAL, PatientBody::line);
        String frequency = entry.text("frequency", OPTIONAL, PatientBody::line);
        String since = entry.text("since", OPTIONAL, PartialDate::parse);
        return name == null ? null : new Medication(name, dose, frequency, since);
    }

    static <T> Change<T> text(@Nullable FieldReader in, String field, Need need, Function<String, T> parse) {
        if (in == null) {
            return Change.none();
        }
        T value = in.text(field, need, parse);
        return in.has(field) ? Change.to(value) : Change.none();
    }

    private static Change<Boolean> flag(@Nullable FieldReader in, String field) {
        return in == null || !in.has(field) ? Change.none() : Change.to(in.bool(field, OPTIONAL));
    }

    private static <T> Change<List<T>> list(
            @Nullable FieldReader in, String field, Function<FieldReader, @Nullable T> element) {
        return in == null || !in.has(field)
                ? Change.none()
                : Change.to(in.list(field, OPTIONAL, LONGEST_LIST, element));
    }

    static String branch(String raw) {
        if (!BRANCH.matcher(raw).matches()) {
            throw InvalidValue.invalidFormat("A branch has 1 to 32 letters, digits, hyphens or underscores.");
        }
        return raw;
    }

    private static String id(String raw) {
        return Uuids.parse(raw)
                .map(UUID::toString)
                .orElseThrow(() -> InvalidValue.invalidFormat("The id of a patient, a UUID."));
    }

    static Function<String, String> oneOf(Set<String> allowed) {
        return raw -> {
            if (!allowed.contains(raw)) {
                throw new InvalidValue(
                        "invalid_value",
                        "One of " + String.join(", ", allowed.stream().sorted().toList()) + ".");
            }
            return raw;
        };
    }

    static String line(String raw) {
        return FreeText.line(raw, LONGEST_TEXT);
    }

    private static @Nullable String plain(@Nullable LocalDate date) {
        return date == null ? null : date.toString();
    }
}
