package org.patientsapi.platform.audit;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Refusal.DuplicatePatient;
import org.patientsapi.api.Refusal.PatientNotFound;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.platform.vault.PatientIds;
import org.patientsapi.platform.web.HttpProblem;
import org.patientsapi.platform.web.ProblemType;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.ModelAndView;

/**
 * Records what a caller with a good token was refused: 403, 404, 409 and 412, and a 400 for what a patient's record says. It
 * answers nothing itself; who comes after it does. Whether the patient is there makes no difference to what is done, so that
 * the time it takes tells nobody.
 *
 * <p>Not recorded: a 401, which has nobody to be held to it; a 429, since a record for each would make the limit pointless;
 * a 400 for the request alone, which says nothing about a patient.
 */
final class AccessRefusals implements HandlerExceptionResolver, Ordered {

    private static final Set<HttpStatus> RECORDED =
            Set.of(HttpStatus.FORBIDDEN, HttpStatus.NOT_FOUND, HttpStatus.CONFLICT, HttpStatus.PRECONDITION_FAILED);

    private final AccessLedger ledger;
    private final PatientIds ids;
    private final Clock clock;

    AccessRefusals(AccessLedger ledger, PatientIds ids, Clock clock) {
        this.ledger = ledger;
        this.ids = ids;
        this.clock = clock;
    }

    /** @throws org.patientsapi.api.Refusal.StoreUnavailable in place of the refusal, when it cannot be recorded */
    @Override
    public @Nullable ModelAndView resolveException(
            HttpServletRequest request, HttpServletResponse response, @Nullable Object handler, Exception failure) {
        ProblemType type = HttpProblem.of(failure).type();
        boolean saysSomething = RECORDED.contains(type.status()) || failure instanceof RefusedByRecord;
        Optional<Caller> caller = saysSomething && handler != null
                ? Caller.of(request).filter(who -> who.operation().contains("/patients"))
                : Optional.empty();
        caller.ifPresent(
                who -> ledger.record(Access.refusal(who, clock.instant(), type.code(), patients(request, failure))));
        return null;
    }

    /** Whom the path names, and whom else the refusal is about. */
    private Set<String> patients(HttpServletRequest request, Exception failure) {
        Set<String> patients = new LinkedHashSet<>();
        if (request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables
                && variables.get("id") instanceof String idOrNumber) {
            try {
                patients.add(ids.resolve(idOrNumber));
            } catch (PatientNotFound nobody) {
                // People do type names and phone numbers where an id belongs: such a text is not kept.
            }
        }
        if (failure instanceof DuplicatePatient duplicate) {
            patients.add(duplicate.existingId());
        } else if (failure instanceof RefusedByRecord refused) {
            patients.addAll(refused.patientIds());
        } else if (failure instanceof PatientNotFound nobody && nobody.patientId() != null) {
            patients.add(nobody.patientId());
        }
        return patients;
    }

    @Override
    public int getOrder() {
        // Before Spring's own, of which one answers.
        return -1;
    }
}
