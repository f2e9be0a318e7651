package org.patientsapi.command;

import static org.patientsapi.platform.web.FieldReader.Need.OPTIONAL;
import static org.patientsapi.platform.web.FieldReader.Need.REQUIRED;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.Set;
import org.patientsapi.api.BranchScope;
import org.patientsapi.api.PatientChanges;
import org.patientsapi.api.PatientCommand.RegisterPatient;
import org.patientsapi.command.PatientBody.Registration;
import org.patientsapi.platform.web.FieldReader.Need;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Makes the command from what a client sent: with an id, a number and a branch. */
@Component
class Registrations {

    private final PatientNumbers numbers;
    private final String defaultBranch;

    Registrations(PatientNumbers numbers, @Value("${patients.default-branch}") String defaultBranch) {
        this.numbers = numbers;
        this.defaultBranch = defaultBranch;
    }

    /** Whether a new patient's branch has to be named. Where none is granted there is none to name. */
    Need branchNeed(BranchScope scope) {
        Set<String> granted = scope.branches();
        return granted == null || granted.size() < 2 || granted.contains(defaultBranch) ? OPTIONAL : REQUIRED;
    }

    /** @param registration that names its branch where that is needed */
    RegisterPatient command(Registration registration, BranchScope scope) {
        return new RegisterPatient(
                UuidCreator.getTimeOrderedEpoch().toString(),
                numbers.next().toString(),
                registration.type(),
                registration.newborn(),
                branch(registration.details(), scope),
                registration.details(),
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
        return granted != null && granted.size() == 1 ? granted.iterator().next() : defaultBranch;
    }
}
