package org.patientsapi.command;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Contact;
import org.patientsapi.api.Demographics;
import org.patientsapi.api.DuplicateOverride;
import org.patientsapi.api.Identifiers;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Refusal.DuplicatePatient;
import org.patientsapi.values.DateOfBirth;

/** Who is who: keeps two patients from having the same identity. Works within the command's transaction. */
interface Identities {

    /** Enters a new patient under its id and card number, and makes the key that its events are encrypted with. */
    void enrol(String patientId, String patientNumber);

    /**
     * Takes the claims that come with {@code after} and frees those of {@code before} that went with it.
     *
     * @param before {@code null} for a new patient
     * @throws DuplicatePatient if somebody else holds one of them and the override does not name them
     */
    void claim(String patientId, @Nullable Identity before, Identity after, @Nullable DuplicateOverride override);

    /** What makes a person the same as another: phone with complete date of birth, and the ABHA number. */
    record Identity(@Nullable String phone, @Nullable String dateOfBirth, @Nullable String abhaId) {

        static Identity of(Demographics demographics, Contact contact, Identifiers identifiers) {
            return new Identity(contact.phone(), demographics.dateOfBirth(), identifiers.abhaId());
        }

        static Identity of(PatientProfile profile) {
            return of(profile.demographics(), profile.contact(), profile.identifiers());
        }

        /** The claims, always in the same order, so that two transactions cannot each wait for the other's. */
        List<Claim> claims() {
            Claim phoneAndBirth = phone != null
                            && dateOfBirth != null
                            && DateOfBirth.of(dateOfBirth).isComplete()
                    ? new Claim(Claim.Kind.PHONE_AND_BIRTH, phone + "|" + dateOfBirth)
                    : null;
            Claim abha = abhaId == null ? null : new Claim(Claim.Kind.ABHA, abhaId);
            return java.util.stream.Stream.of(phoneAndBirth, abha)
                    .filter(java.util.Objects::nonNull)
                    .toList();
        }
    }

    /** One thing that at most one patient may have, unless an override says that two are known to be distinct. */
    record Claim(Kind kind, String value) {
        enum Kind {
            PHONE_AND_BIRTH(true, "phone", "date_of_birth"),
            ABHA(false, "abha_id");

            /** Twins share a phone and a birthday; nobody shares an ABHA number. */
            final boolean canBeShared;

            final List<String> fields;

            Kind(boolean canBeShared, String... fields) {
                this.canBeShared = canBeShared;
                this.fields = List.of(fields);
            }
        }
    }
}
