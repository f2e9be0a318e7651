package org.patientsapi.command;

import static java.util.Objects.requireNonNull;
import static org.patientsapi.platform.web.FieldReader.Need.OPTIONAL;
import static org.patientsapi.platform.web.FieldReader.Need.REQUIRED;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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

    /** Whether a new patient's branch has to be named. */
    Need branchNeed(BranchScope scope) {
        return unlessNamed(scope) == null ? REQUIRED : OPTIONAL;
    }

    /** @param registration that names its branch where that is needed */
    RegisterPatient command(Registration registration, BranchScope scope) {
        return new RegisterPatient(
                UuidCreator.getTimeOrderedEpoch().toString(),
                numbers.next(),
                registration.type(),
                registration.newborn(),
                branch(registration.details(), scope),
                registration.details(),
                registration.duplicateOverride(),
                scope);
    }

    private String branch(PatientChanges details, BranchScope scope) {
        String named = details.branchId().value();
        return named == null ? requireNonNull(unlessNamed(scope)) : named;
    }

    /** The token's only branch, else the configured default; {@code null} where the token is for several others. */
    private @Nullable String unlessNamed(BranchScope scope) {
        Set<String> granted = scope.branches();
        if (granted != null && granted.size() == 1) {
            return granted.iterator().next();
        }
        // Where none is granted there is none to name.
        return granted == null || granted.isEmpty() || granted.contains(defaultBranch) ? defaultBranch : null;
    }
}
