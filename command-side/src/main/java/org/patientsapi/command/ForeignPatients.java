package org.patientsapi.command;

import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientCommand;
import org.patientsapi.api.PatientCommand.RegisterPatient;
import org.patientsapi.api.Refusal.PatientNotFound;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Refuses commands on patients of branches that the caller may not see before anything of theirs is loaded: as soon, and
 * after the same work, as commands on patients whom there are not. The aggregate decides it once more, by its state.
 *
 * <p>Behind {@link Idempotency}, which answers again what was answered once, to whoever may see the patient.
 */
@Component
@Order
class ForeignPatients implements MessageHandlerInterceptor<CommandMessage<?>> {

    private final PatientHistory history;

    ForeignPatients(PatientHistory history) {
        this.history = history;
    }

    @Override
    public @Nullable Object handle(UnitOfWork<? extends CommandMessage<?>> unitOfWork, InterceptorChain chain)
            throws Exception {
        if (unitOfWork.getMessage().getPayload() instanceof PatientCommand<?> command
                && !(command instanceof RegisterPatient)
                && !history.maySee(command.scope(), command.patientId())) {
            throw new PatientNotFound();
        }
        return chain.proceed();
    }
}
