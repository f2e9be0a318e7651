package org.patientsapi.command;

import java.util.HashMap;
import java.util.Map;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientCommand;
import org.patientsapi.api.Refusal.DuplicatePatient;
import org.patientsapi.api.Refusal.PatientNotFound;
import org.patientsapi.platform.security.Caller;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.stereotype.Component;

/** Sends a command on behalf of a caller, who is kept with every event that it causes. */
@Component
class CommandDispatch {

    /** Of commands on one patient from several nodes at a time one wins a round, the others decide again on its result. */
    private static final int ROUNDS = 20;

    private final CommandGateway gateway;
    private final Idempotency idempotency;

    CommandDispatch(CommandGateway gateway, Idempotency idempotency) {
        this.gateway = gateway;
        this.idempotency = idempotency;
    }

    <R> R send(PatientCommand<R> command, Caller caller) {
        return send(command, caller, null);
    }

    <R> R send(PatientCommand<R> command, Caller caller, Idempotency.@Nullable Key key) {
        Map<String, Object> metadata = new HashMap<>(caller.metadata());
        if (key != null) {
            metadata.putAll(key.metadata());
        }
        try {
            return decide(command, MetaData.from(metadata), 1);
        } catch (AggregateNotFoundException e) {
            throw new PatientNotFound();
        } catch (DuplicatePatient refusal) {
            if (key != null) {
                idempotency.remember(key, refusal);
            }
            throw refusal;
        }
    }

    private <R> R decide(PatientCommand<R> command, MetaData metadata, int round) {
        try {
            return gateway.sendAndWait(command, metadata);
        } catch (ConcurrencyException | ConcurrencyFailureException e) {
            if (round == ROUNDS) {
                throw e;
            }
            return decide(command, metadata, round + 1);
        }
    }
}
