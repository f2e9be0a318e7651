package org.patientsapi.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Contact;
import org.patientsapi.api.Demographics;
import org.patientsapi.api.Identifiers;
import org.patientsapi.api.Newborn;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Refusal.DuplicatePatient;
import org.patientsapi.values.DateOfBirth;
import org.patientsapi.values.InvalidFields;
import org.springframework.dao.OptimisticLockingFailureException;

/** Who is who: keeps two patients from having the same identity. Works within the command's transaction. */
interface Identities {

    /** Enters a new patient under its id and card number, and makes the key that its events are encrypted with. */
    void enrol(String patientId, String patientNumber);

    /**
     * Checks that there is something to override.
     *
     * @return who shares the same phone and date of birth, the other among them, in the order of their ids
     * @throws InvalidFields unless the other is the holder of the same phone and date of birth, or the patient that a newborn's
     *     registration would be refused for, rather than somebody who was registered as distinct from the holder
     */
    List<String> requireShared(Identity identity, String other);

    /**
     * Checks it once more, and keeps everybody else from coming or going until the transaction ends.
     *
     * @param found who shared it before, each of whom the caller has kept from other commands of this node since
     * @return who of them still does: whoever was erased or has left meanwhile is nobody's duplicate any more
     * @throws OptimisticLockingFailureException if somebody has come meanwhile: what is asked is to be decided anew
     */
    List<String> requireSharedAmong(List<String> found, Identity identity, String other);

    /**
     * Takes the claims that come with {@code after} and frees those of {@code before} that went with it.
     *
     * @param before {@code null} for a new patient
     * @param distinct behind whom the patient may have the same phone and date of birth, being known for another person
     * @throws DuplicatePatient if somebody else holds one of them
     * @throws InvalidFields {@code too_many} if too many share one of them already
     */
    void claim(String patientId, @Nullable Identity before, Identity after, Set<String> distinct);

    /**
     * What makes a person the same as another: phone with complete date of birth, the ABHA number, and for a newborn the
     * mother with the order of birth.
     */
    record Identity(
            @Nullable String phone,
            @Nullable String dateOfBirth,
            @Nullable String abhaId,
            @Nullable Newborn newborn) {

        static Identity of(
                Demographics demographics, Contact contact, Identifiers identifiers, @Nullable Newborn newborn) {
            return new Identity(contact.phone(), demographics.dateOfBirth(), identifiers.abhaId(), newborn);
        }

        static Identity of(PatientProfile profile) {
            return of(profile.demographics(), profile.contact(), profile.identifiers(), profile.newborn());
        }

        /**
         * The claims, always in the same order, so that two transactions that want the same ones do not each wait for the other. Two
         * that exchange phones can: PostgreSQL ends one of them, whose command {@link CommandDispatch} tries again.
         */
        List<Claim> claims() {
            List<Claim> claims = new ArrayList<>();
            boolean complete =
                    dateOfBirth != null && DateOfBirth.of(dateOfBirth).isComplete();
            if (phone != null && complete) {
                // A newborn has its mother's phone, and a twin its birthday.
                List<Claim> births = newborn == null ? List.of() : births(newborn.motherId());
                claims.add(new Claim(Kind.PHONE_AND_BIRTH, phone + "|" + dateOfBirth, births));
            }
            if (abhaId != null) {
                claims.add(new Claim(Kind.ABHA, abhaId));
            }
            if (newborn != null && complete) {
                claims.add(birth(newborn.motherId(), newborn.birthOrder()));
            }
            return claims;
        }

        /** Those of all children whom the mother may have had on that day. */
        private List<Claim> births(String motherId) {
            return IntStream.rangeClosed(1, Newborn.MOST_AT_A_BIRTH)
                    .mapToObj(order -> birth(motherId, order))
                    .toList();
        }

        private Claim birth(String motherId, int order) {
            return new Claim(Kind.BIRTH, motherId + "|" + dateOfBirth + "|" + order);
        }
    }

    /**
     * One thing that at most one patient may have, unless it is known that two who share it are distinct.
     *
     * @param siblings what the patient's siblings claim: held by them alone, the claim stands behind theirs rather than being refused
     */
    record Claim(Kind kind, String value, List<Claim> siblings) {

        Claim(Kind kind, String value) {
            this(kind, value, List.of());
        }

        Claim withoutSiblings() {
            return new Claim(kind, value);
        }
    }

    /** What is claimed. */
    enum Kind {
        PHONE_AND_BIRTH(true, "phone", "date_of_birth"),
        ABHA(false, "abha_id"),
        BIRTH(false, "newborn.mother_id", "newborn.birth_order", "date_of_birth");

        /** Twins share a phone and a birthday; nobody shares an ABHA number. */
        final boolean canBeShared;

        final List<String> fields;

        Kind(boolean canBeShared, String... fields) {
            this.canBeShared = canBeShared;
            this.fields = List.of(fields);
        }
    }
}
