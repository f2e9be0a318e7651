package org.patientsapi.command;

import com.github.f4b6a3.uuid.UuidCreator;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientCommand.AmendVisit;
import org.patientsapi.api.PatientCommand.RecordVisit;
import org.patientsapi.api.Visit;
import org.patientsapi.api.VisitChanges;
import org.patientsapi.command.VisitBody.NewVisit;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.platform.security.RequiresScope;
import org.patientsapi.platform.vault.PatientIds;
import org.patientsapi.platform.web.EntityTags;
import org.patientsapi.platform.web.FieldReader;
import org.patientsapi.platform.web.JsonBody;
import org.patientsapi.values.Uuids;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Outpatient visits and admissions. */
@RestController
@RequestMapping("/api/v1/patients/{id}/visits")
@RequiresScope("visits:write")
class VisitCommandController {

    private final CommandDispatch commands;
    private final IdempotencyKeys keys;
    private final PatientIds ids;
    private final VisitRules rules;

    VisitCommandController(CommandDispatch commands, IdempotencyKeys keys, PatientIds ids, VisitRules rules) {
        this.commands = commands;
        this.keys = keys;
        this.ids = ids;
        this.rules = rules;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE, produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Visit> record(
            @PathVariable String id,
            @RequestBody byte[] body,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            Caller caller) {
        String patientId = ids.resolve(id);
        FieldReader fields = FieldReader.forNew(JsonBody.parse(body));
        Idempotency.Key key =
                keys.key(idempotencyKey, "POST /patients/" + patientId + "/visits", body, caller, fields.problems());
        NewVisit visit = VisitBody.newVisit(fields, rules);
        Visit recorded = commands.send(
                new RecordVisit(
                        patientId,
                        UuidCreator.getTimeOrderedEpoch().toString(),
                        visit.type(),
                        visit.details(),
                        caller.branches()),
                caller,
                key);
        return ResponseEntity.created(URI.create("/api/v1/patients/" + patientId + "/visits/" + recorded.visitId()))
                .eTag(EntityTags.of(recorded.version()))
                .body(recorded);
    }

    @PatchMapping(
            path = "/{visitId}",
            consumes = {MediaType.APPLICATION_JSON_VALUE, "application/merge-patch+json"},
            produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Visit> amend(
            @PathVariable String id,
            @PathVariable String visitId,
            @RequestBody byte[] body,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Caller caller) {
        VisitChanges changes = VisitBody.patch(JsonBody.parse(body), rules);
        Visit visit = commands.send(
                new AmendVisit(
                        ids.resolve(id),
                        Uuids.asKept(visitId),
                        changes,
                        EntityTags.required(ifMatch),
                        caller.branches()),
                caller);
        return ResponseEntity.ok().eTag(EntityTags.of(visit.version())).body(visit);
    }
}
