package org.patientsapi.command;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Erasure;
import org.patientsapi.api.PatientChanges;
import org.patientsapi.api.PatientCommand.ErasePatient;
import org.patientsapi.api.PatientCommand.RegisterPatient;
import org.patientsapi.api.PatientCommand.UpdatePatient;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.command.PatientBody.Registration;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.platform.security.RequiresScope;
import org.patientsapi.platform.vault.PatientIds;
import org.patientsapi.platform.web.EntityTags;
import org.patientsapi.platform.web.FieldReader;
import org.patientsapi.platform.web.JsonBody;
import org.patientsapi.platform.web.QueryParameters;
import org.patientsapi.values.ErasureReason;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Registration, correction and erasure. The answers come from the events, so they are never older than what was sent. */
@RestController
@RequestMapping("/api/v1/patients")
class PatientCommandController {

    private final CommandDispatch commands;
    private final Registrations registrations;
    private final IdempotencyKeys keys;
    private final PatientIds ids;
    private final Clock clock;
    private final ZoneId zone;

    PatientCommandController(
            CommandDispatch commands,
            Registrations registrations,
            IdempotencyKeys keys,
            PatientIds ids,
            Clock clock,
            ZoneId zone) {
        this.commands = commands;
        this.registrations = registrations;
        this.keys = keys;
        this.ids = ids;
        this.clock = clock;
        this.zone = zone;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE, produces = MediaType.APPLICATION_JSON_VALUE)
    @RequiresScope("patients:write")
    ResponseEntity<PatientProfile> register(
            @RequestBody byte[] body,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            Caller caller) {
        FieldReader fields = FieldReader.forNew(JsonBody.parse(body));
        Idempotency.Key key = keys.key(idempotencyKey, "POST /patients", body, caller, fields.problems());
        Registration registration =
                PatientBody.registration(fields, registrations.branchNeed(caller.branches()), today());
        RegisterPatient command = registrations.command(registration, caller.branches());
        PatientProfile registered = commands.send(command, caller, key);
        return ResponseEntity.created(URI.create("/api/v1/patients/" + registered.id()))
                .eTag(EntityTags.of(registered.version()))
                .body(registered.on(today()));
    }

    @PatchMapping(
            path = "/{id}",
            consumes = {MediaType.APPLICATION_JSON_VALUE, "application/merge-patch+json"},
            produces = MediaType.APPLICATION_JSON_VALUE)
    @RequiresScope("patients:write")
    ResponseEntity<PatientProfile> update(
            @PathVariable String id,
            @RequestBody byte[] body,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Caller caller) {
        PatientChanges changes = PatientBody.patch(JsonBody.parse(body), today());
        PatientProfile updated = commands.send(
                new UpdatePatient(ids.resolve(id), changes, EntityTags.required(ifMatch), caller.branches()), caller);
        return ResponseEntity.ok().eTag(EntityTags.of(updated.version())).body(updated.on(today()));
    }

    @DeleteMapping(path = "/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
    @RequiresScope("patients:erase")
    Erasure erase(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            HttpServletRequest request,
            Caller caller) {
        QueryParameters parameters = QueryParameters.of(request, zone);
        ErasureReason reason = parameters.required("reason", ErasureReason::parse);
        boolean immediate = parameters.flag("immediate");
        parameters.finish();
        return commands.erase(
                new ErasePatient(
                        ids.resolve(id),
                        Objects.requireNonNull(reason, "finish refuses what has none"),
                        immediate,
                        EntityTags.required(ifMatch),
                        caller.branches()),
                caller);
    }

    private LocalDate today() {
        return LocalDate.now(clock.withZone(zone));
    }
}
