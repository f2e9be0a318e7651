package org.patientsapi.query;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientQuery.Paging;
import org.patientsapi.api.PatientQuery.ReadAudit;
import org.patientsapi.platform.audit.Access;
import org.patientsapi.platform.audit.AccessLedger;
import org.patientsapi.platform.audit.AuditKey;
import org.patientsapi.platform.audit.Seal;
import org.patientsapi.platform.audit.Seals;
import org.patientsapi.platform.audit.VerifyAudit.SavedSeals;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.platform.security.RequiresScope;
import org.patientsapi.platform.vault.PatientIds;
import org.patientsapi.platform.web.HttpProblem;
import org.patientsapi.platform.web.ProblemException;
import org.patientsapi.platform.web.ProblemType;
import org.patientsapi.platform.web.QueryParameters;
import org.patientsapi.platform.web.RequestUrl;
import org.patientsapi.values.InvalidValue;
import org.patientsapi.values.Uuids;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Who changed or saw a patient, and the proof that this was not changed in turn. */
@RestController
@RequestMapping("/api/v1")
@RequiresScope("patients:audit")
class AuditController {

    private static final int LONGEST_ACTOR = 200;
    private static final String FHIR_JSON = "application/fhir+json";
    private static final MediaType FHIR = MediaType.parseMediaType(FHIR_JSON);

    private final PatientAudit audit;
    private final Seals seals;
    private final AuditKey key;
    private final AccessLedger ledger;
    private final ListMarks marks;
    private final PatientIds ids;
    private final Clock clock;
    private final ZoneId zone;

    AuditController(
            PatientAudit audit,
            Seals seals,
            AuditKey key,
            AccessLedger ledger,
            ListMarks marks,
            PatientIds ids,
            Clock clock,
            ZoneId zone) {
        this.audit = audit;
        this.seals = seals;
        this.key = key;
        this.ledger = ledger;
        this.marks = marks;
        this.ids = ids;
        this.clock = clock;
        this.zone = zone;
    }

    /** As JSON, or as a FHIR R4 Bundle for archives. */
    @GetMapping(
            path = "/patients/{id}/audit",
            produces = {MediaType.APPLICATION_JSON_VALUE, FHIR_JSON})
    ResponseEntity<Object> entries(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.ACCEPT, defaultValue = MediaType.ALL_VALUE) String accept,
            HttpServletRequest request,
            Caller caller) {
        QueryParameters parameters = QueryParameters.of(request, zone);
        Paging paging = PageLinks.paging(parameters);
        ReadAudit query = new ReadAudit(
                ids.resolve(id),
                parameters.moment("from"),
                parameters.moment("to"),
                parameters.text("actor", LONGEST_ACTOR),
                parameters.value("kind", AuditController::kind),
                paging,
                caller.branches());
        String list = marks.of("audit " + query.patientId(), parameters);
        PageLinks.check(paging, list, parameters.problems(), PatientAudit::isCursor);
        parameters.finish();
        Page<AuditEntry> page = audit.entries(query);
        // Whoever reads the audit stands in it from then on.
        ledger.record(Access.read(caller, clock.instant(), query.patientId(), null));
        MediaType form = preferred(accept);
        return ResponseEntity.ok()
                .headers(PageLinks.headers(RequestUrl.of(request, parameters), paging, page, list))
                .contentType(form)
                .body(
                        form.equals(FHIR)
                                ? FhirAudit.bundle(query.patientId(), page.total(), page.entries())
                                : page.entries());
    }

    /** JSON, unless FHIR is what the client named first. */
    private static MediaType preferred(String accept) {
        List<MediaType> accepted = new ArrayList<>(MediaType.parseMediaTypes(accept));
        MimeTypeUtils.sortBySpecificity(accepted);
        return accepted.stream()
                .flatMap(type -> Stream.of(MediaType.APPLICATION_JSON, FHIR).filter(type::includes))
                .findFirst()
                .orElse(MediaType.APPLICATION_JSON);
    }

    private static String kind(String raw) {
        if (AuditEntry.KINDS.contains(raw)) {
            return raw;
        }
        throw new InvalidValue("unknown_code", "One of write, read, search, refusal.");
    }

    @GetMapping(path = "/patients/{id}/audit/{entryId}/proof", produces = MediaType.APPLICATION_JSON_VALUE)
    Proof proof(@PathVariable String id, @PathVariable String entryId, Caller caller) {
        String patientId = ids.resolve(id);
        audit.requireVisible(patientId, caller.branches());
        UUID entry = Uuids.parse(entryId).orElseThrow(AuditController::notSealed);
        Seals.Proof proof = seals.proof(patientId, entry).orElseThrow(AuditController::notSealed);
        ledger.record(Access.read(caller, clock.instant(), patientId, null));
        return new Proof(
                entry.toString(),
                // It may name patients of other branches who stood on the same page.
                caller.branches().branches() == null ? proof.leaf() : null,
                proof.leafHash(),
                proof.leafIndex(),
                proof.path(),
                proof.seal(),
                key.publicPem());
    }

    /**
     * Everything that it takes to check an entry without us: see {@code docs/audit.md}.
     *
     * @param leaf the bytes that were hashed, in hexadecimal; {@code null} for a caller who is limited to branches
     */
    record Proof(
            String entryId,
            @Nullable String leaf,
            String leafHash,
            long leafIndex,
            List<String> path,
            Seal seal,
            String publicKey) {}

    /** To be kept elsewhere: what was sealed until then cannot be changed or cut off unnoticed any more. */
    @GetMapping(path = "/audit/seals", produces = MediaType.APPLICATION_JSON_VALUE)
    SavedSeals seals(HttpServletRequest request) {
        QueryParameters parameters = QueryParameters.of(request, zone);
        Long after = parameters.value("after", AuditController::number);
        int perPage = parameters.perPage();
        parameters.finish();
        return new SavedSeals(
                key.publicPem(), after == null ? seals.last().stream().toList() : seals.after(after, perPage));
    }

    private static long number(String raw) {
        if (raw.matches("\\d{1,18}")) {
            return Long.parseLong(raw);
        }
        throw new InvalidValue("out_of_range", "The number of a seal, or 0.");
    }

    private static ProblemException notSealed() {
        return HttpProblem.of(
                        ProblemType.AUDIT_ENTRY_NOT_FOUND,
                        "The patient has no such audit entry, or it is not sealed yet, which takes a minute.")
                .asException();
    }
}
