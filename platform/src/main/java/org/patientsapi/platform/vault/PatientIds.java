package org.patientsapi.platform.vault;

import java.util.Optional;
import java.util.UUID;
import org.patientsapi.api.Refusal.PatientNotFound;
import org.patientsapi.values.InvalidValue;
import org.patientsapi.values.PatientNumber;
import org.patientsapi.values.Uuids;

/** Understands the {@code {id}} of a path, which may be a patient's {@code id} or the number on the card. */
public final class PatientIds {

    /** The nil UUID (RFC 9562), which no patient has. */
    private static final String NOBODY = new UUID(0, 0).toString();

    private final PatientKeys register;

    PatientIds(PatientKeys register) {
        this.register = register;
    }

    /**
     * The patient's {@code id}. Whether there is such a patient is for the asker to find out: a number that nobody has goes
     * the same way as that of a patient whom the caller may not see, and takes as long.
     *
     * @throws PatientNotFound for what is neither an id nor a number
     */
    public String resolve(String idOrNumber) {
        return Uuids.parse(idOrNumber)
                .map(UUID::toString)
                .or(() -> byNumber(idOrNumber))
                .orElseThrow(PatientNotFound::new);
    }

    private Optional<String> byNumber(String text) {
        try {
            String number = PatientNumber.parse(text).toString();
            return Optional.of(register.patientIdOf(number).orElse(NOBODY));
        } catch (InvalidValue noNumber) {
            return Optional.empty();
        }
    }
}
