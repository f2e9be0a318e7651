package org.patientsapi.api;

import static java.util.Objects.requireNonNullElse;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Identifiers.Insurance;
import org.patientsapi.api.MedicalSummary.Allergy;
import org.patientsapi.api.MedicalSummary.Diagnosis;
import org.patientsapi.api.MedicalSummary.Medication;
import org.patientsapi.values.Aadhaar;
import org.patientsapi.values.AbhaAddress;
import org.patientsapi.values.AbhaNumber;
import org.patientsapi.values.Address;
import org.patientsapi.values.BloodGroup;
import org.patientsapi.values.DateOfBirth;
import org.patientsapi.values.EmailAddress;
import org.patientsapi.values.Gender;
import org.patientsapi.values.PersonName;
import org.patientsapi.values.Phone;
import org.patientsapi.values.Problems;

/**
 * Everything that a client may say of a patient, field by field. A registration is these changes made to nobody; a patch
 * (RFC 7396) is the same made to somebody, and what it does not name stays as it is.
 */
public record PatientChanges(
        Change<String> branchId,
        Change<String> status,
        Change<PersonName> firstName,
        Change<PersonName> lastName,
        Change<DateOfBirth> dateOfBirth,
        Change<Gender> gender,
        Change<BloodGroup> bloodGroup,
        Change<Phone> phone,
        Change<EmailAddress> email,
        Change<AddressChanges> address,
        Change<AbhaNumber> abhaId,
        Change<AbhaAddress> abhaAddress,
        Change<Aadhaar> aadhaar,
        Change<Boolean> aadhaarVerified,
        Change<List<Insurance>> insurance,
        Change<List<Diagnosis>> activeDiagnoses,
        Change<List<Allergy>> allergies,
        Change<List<Medication>> currentMedications) {

    /** The parts of an address that a patch names, as they came in: whether a PIN code is right depends on the rest. */
    public record AddressChanges(
            Change<String> line1,
            Change<String> line2,
            Change<String> city,
            Change<String> district,
            Change<String> state,
            Change<String> pincode,
            Change<String> country) {

        /** The address with these parts replaced, not yet looked at. */
        public Address.Draft on(@Nullable Address current) {
            return new Address.Draft(
                    line1.after(current == null ? null : current.line1()),
                    line2.after(current == null ? null : current.line2()),
                    city.after(current == null ? null : current.city()),
                    district.after(current == null ? null : current.district()),
                    state.after(current == null ? null : current.state()),
                    pincode.after(current == null ? null : current.pincode()),
                    country.after(current == null ? null : current.country()));
        }

        /** What can be looked at without the address on record, whose country may tell what the postal code has to be. */
        public Address.Draft alone() {
            return new Address.Draft(
                    line1.value(),
                    line2.value(),
                    city.value(),
                    district.value(),
                    state.value(),
                    country.given() ? pincode.value() : null,
                    country.value());
        }
    }

    /** @param current when somebody is registered, who they are as long as nobody knows it */
    public Demographics demographics(Demographics current) {
        return new Demographics(
                requireNonNullElse(firstName.after(current.firstName(), PersonName::toString), current.firstName()),
                lastName.after(current.lastName(), PersonName::toString),
                dateOfBirth.after(current.dateOfBirth(), DateOfBirth::toString),
                requireNonNullElse(gender.after(current.gender(), Gender::code), current.gender()),
                bloodGroup.after(current.bloodGroup(), BloodGroup::code));
    }

    /**
     * @param current {@code null} when somebody is registered
     * @param problems in which is noted what does not hold together, such as a PIN code that the country does not have
     */
    public Contact contact(@Nullable Contact current, Problems problems) {
        return new Contact(
                phone.after(current == null ? null : current.phone(), Phone::toString),
                email.after(current == null ? null : current.email(), EmailAddress::toString),
                addressAfter(current == null ? null : current.address(), problems));
    }

    private @Nullable Address addressAfter(@Nullable Address current, Problems problems) {
        AddressChanges changes = address.value();
        if (!address.given() || changes == null) {
            return address.given() ? null : current;
        }
        Address.Draft draft = changes.on(current);
        if (current == null && draft.isEmpty()) {
            return null;
        }
        return Address.parse(draft, "address", problems);
    }

    /**
     * @param patientId the number on the card, which no client may set
     * @param problems in which is noted what does not hold together
     */
    public Identifiers identifiers(String patientId, @Nullable Identifiers current, Problems problems) {
        String aadhaarAfter = aadhaar.after(current == null ? null : current.aadhaar(), Aadhaar::masked);
        checkVerified(aadhaarAfter, problems);
        // A new number is unverified until the desk says otherwise.
        boolean verifiedBefore = current != null && current.aadhaarVerified() && !aadhaar.given();
        return new Identifiers(
                patientId,
                abhaId.after(current == null ? null : current.abhaId(), AbhaNumber::toString),
                abhaAddress.after(current == null ? null : current.abhaAddress(), AbhaAddress::toString),
                aadhaarAfter,
                aadhaarAfter != null && Boolean.TRUE.equals(aadhaarVerified.after(verifiedBefore)),
                listAfter(insurance, current == null ? List.of() : current.insurance()));
    }

    /** Notes a number that is said to be verified where there is none: nothing would be kept of it. */
    public void checkVerified(@Nullable String aadhaarAfter, Problems problems) {
        if (aadhaarAfter == null && Boolean.TRUE.equals(aadhaarVerified.value())) {
            problems.add(
                    "identifiers.aadhaar_verified",
                    "not_applicable",
                    "There is no Aadhaar number that could be verified.");
        }
    }

    public MedicalSummary medicalSummary(MedicalSummary current) {
        return new MedicalSummary(
                listAfter(activeDiagnoses, current.activeDiagnoses()),
                listAfter(allergies, current.allergies()),
                listAfter(currentMedications, current.currentMedications()));
    }

    private static <T> List<T> listAfter(Change<List<T>> change, List<T> current) {
        List<T> after = change.after(current);
        return after == null ? List.of() : after;
    }
}
