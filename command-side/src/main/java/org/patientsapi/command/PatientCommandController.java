package org.patientsapi.command;

import com.github.f4b6a3.uuid.UuidCreator;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.BranchScope;
import org.patientsapi.api.PatientChanges;
import org.patientsapi.api.PatientCommand.RegisterPatient;
import org.patientsapi.api.PatientCommand.UpdatePatient;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.command.PatientBody.Registration;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.platform.security.RequiresScope;
import org.patientsapi.platform.vault.KeyVault;
import org.patientsapi.platform.web.EntityTags;
import org.patientsapi.platform.web.JsonBody;
import org.patientsapi.platform.eventstore.PatientIds;
import org.patientsapi.values.InvalidFields;
import org.patientsapi.values.Problem;
import org.springframework.beans.factory.annotation.Value;
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

/** Registration and correction. The answers come from the events, so they are never older than what was sent. */
@RestController
@RequestMapping("/api/v1/patients")
class PatientCommandController {

    private final CommandDispatch commands;
    private final PatientNumbers numbers;
    private final PatientIds ids;
    private final KeyVault vault;
    private final Clock clock;
    private final ZoneId zone;
    private final String defaultBranch;

    PatientCommandController(
            CommandDispatch commands,
            PatientNumbers numbers,
            PatientIds ids,
            KeyVault vault,
            Clock clock,
            ZoneId zone,
            @Value("${patients.default-branch}") String defaultBranch) {
        this.commands = commands;
        this.numbers = numbers;
        this.ids = ids;
        this.vault = vault;
        this.clock = clock;
        this.zone = zone;
        this.defaultBranch = defaultBranch;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE, produces = MediaType.APPLICATION_JSON_VALUE)
    @RequiresScope("patients:write")
    ResponseEntity<PatientProfile> register(
            @RequestBody byte[] body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey,
            Caller caller) {
        Idempotency.Key key = idempotencyKey == null ? null : key(idempotencyKey, "POST /patients", body, caller);
        Registration registration = PatientBody.registration(JsonBody.parse(body), today());
        PatientProfile registered = commands.send(
                new RegisterPatient(
                        UuidCreator.getTimeOrderedEpoch().toString(),
                        numbers.next().toString(),
                        branch(registration.details(), caller.branches()),
                        registration.details(),
                        registration.duplicateOverride(),
                        caller.branches()),
                caller,
                key);
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

    private Idempotency.Key key(String value, String endpoint, byte[] body, Caller caller) {
        if (value.isEmpty()
                || value.length() > 255
                || !value.chars().allMatch(character -> character > ' ' && character < 0x7f)) {
            throw new InvalidFields(
                    List.of(new Problem("Idempotency-Key", "invalid_format", "1 to 255 visible ASCII characters.")));
        }
        String request = endpoint + "\n" + new String(body, StandardCharsets.ISO_8859_1);
        return new Idempotency.Key(caller.clientId(), value, vault.claimHash("request", request));
    }

    private LocalDate today() {
        return LocalDate.now(clock.withZone(zone));
    }
}
