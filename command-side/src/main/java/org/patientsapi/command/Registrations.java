package org.patientsapi.command;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.patientsapi.api.BranchScope;
import org.patientsapi.api.Newborn;
import org.patientsapi.api.PatientChanges;
import org.patientsapi.api.PatientCommand.RegisterPatient;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.command.PatientBody.Registration;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.patientsapi.values.Gender;
import org.patientsapi.values.InvalidFields;
import org.patientsapi.values.PersonName;
import org.patientsapi.values.Problem;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Makes the command from what a client sent: with an id and a number, a branch, and a name for those who have none yet. */
@Component
class Registrations {

    private static final int LONGEST_NAME = 100;

    private final PatientNumbers numbers;
    private final PatientHistory history;
    private final String defaultBranch;

    Registrations(
            PatientNumbers numbers, PatientHistory history, @Value("${patients.default-branch}") String defaultBranch) {
        this.numbers = numbers;
        this.history = history;
        this.defaultBranch = defaultBranch;
    }

    /** @throws InvalidFields for a mother whom the caller cannot see, and for a branch that has to be named */
    RegisterPatient command(Registration registration, BranchScope scope) {
        String number = numbers.next().toString();
        return new RegisterPatient(
                UuidCreator.getTimeOrderedEpoch().toString(),
                number,
                registration.type(),
                registration.newborn(),
                branch(registration.details(), scope),
                named(registration, number, scope),
                registration.duplicateOverride(),
                scope);
    }

    /** The branch in the body, else the token's only one, else the configured default. */
    private String branch(PatientChanges details, BranchScope scope) {
        String named = details.branchId().value();
        if (named != null) {
            return named;
        }
        Set<String> granted = scope.branches();
        if (granted != null && granted.size() == 1) {
            return granted.iterator().next();
        }
        if (!scope.covers(defaultBranch)) {
            throw new InvalidFields(
                    List.of(new Problem("branch_id", "required", "The token is for several branches: name one.")));
        }
        return defaultBranch;
    }

    /** A temporary name by which the wards can tell people apart until there is a real one. */
    private PatientChanges named(Registration registration, String number, BranchScope scope) {
        PatientChanges details = registration.details();
        Newborn newborn = registration.newborn();
        if (newborn != null) {
            PatientProfile mother = mother(newborn, scope);
            return details.firstName().value() != null
                    ? details
                    : details.withName(
                            PersonName.of(shortened("Baby " + newborn.birthOrder() + " of " + mother.name())));
        }
        if (!registration.type().equals(PatientProfile.EMERGENCY)) {
            return details;
        }
        PatientChanges known = details.gender().value() != null ? details : details.withGender(Gender.UNKNOWN);
        return known.firstName().value() != null ? known : known.withName(PersonName.of("Unknown " + number));
    }

    private PatientProfile mother(Newborn newborn, BranchScope scope) {
        return Optional.of(newborn.motherId())
                .filter(id -> history.maySee(scope, id))
                .flatMap(history::profile)
                .filter(mother -> scope.covers(mother.branchId()))
                .orElseThrow(() -> new InvalidFields(
                        List.of(new Problem("newborn.mother_id", "unknown_patient", "There is no such patient."))));
    }

    private static String shortened(String name) {
        int length = name.codePointCount(0, name.length());
        return length <= LONGEST_NAME
                ? name
                : name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME)).strip();
    }
}
