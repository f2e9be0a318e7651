package org.patientsapi.query;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Erasure;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.PatientQuery.GetPastPatient;
import org.patientsapi.api.PatientQuery.GetPatient;
import org.patientsapi.api.PatientQuery.ListPatients;
import org.patientsapi.api.PatientQuery.ListVisits;
import org.patientsapi.api.PatientQuery.Paging;
import org.patientsapi.api.Visit;
import org.patientsapi.platform.audit.Access;
import org.patientsapi.platform.audit.AccessLedger;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.platform.security.RequiresScope;
import org.patientsapi.platform.vault.PatientIds;
import org.patientsapi.platform.web.EntityTags;
import org.patientsapi.platform.web.JsonBody;
import org.patientsapi.platform.web.QueryParameters;
import org.patientsapi.platform.web.RequestUrl;
import org.patientsapi.query.PatientQueries.Recorder;
import org.patientsapi.values.InvalidValue;
import org.patientsapi.values.Uuids;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Lists, search, profiles and visit history. */
@RestController
@RequestMapping(path = "/api/v1/patients", produces = MediaType.APPLICATION_JSON_VALUE)
@RequiresScope("patients:read")
class PatientQueryController {

    /** Longer than any name with any number; the search itself looks at less. */
    private static final int LONGEST_SEARCH = 1000;

    private static final int LONGEST_BRANCH = 100;

    private final PatientQueries queries;
    private final AccessLedger ledger;
    private final ListMarks marks;
    private final PatientIds ids;
    private final Clock clock;
    private final ZoneId zone;

    PatientQueryController(
            PatientQueries queries, AccessLedger ledger, ListMarks marks, PatientIds ids, Clock clock, ZoneId zone) {
        this.queries = queries;
        this.ledger = ledger;
        this.marks = marks;
        this.ids = ids;
        this.clock = clock;
        this.zone = zone;
    }

    @GetMapping
    ResponseEntity<List<PatientSummary>> list(HttpServletRequest request, Caller caller) {
        QueryParameters parameters = QueryParameters.of(request, zone);
        return list(parameters, PageLinks.paging(parameters), request, parameters, caller);
    }

    /**
     * The list with its parameters in a body, so that a name or phone stands in no URL. The links of the answer carry the
     * page only: they are sent again with the same body.
     */
    @PostMapping(path = "/search", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<List<PatientSummary>> search(@RequestBody byte[] body, HttpServletRequest request, Caller caller) {
        QueryParameters parameters = QueryParameters.of(JsonBody.parse(body), zone);
        Paging inBody = PageLinks.paging(parameters);
        QueryParameters ofLink = QueryParameters.of(request, zone);
        Paging inLink = PageLinks.linked(ofLink, inBody.perPage());
        parameters.problems().addAll(ofLink.problems());
        boolean followed = ofLink.has("page") || inLink.after() != null;
        return list(parameters, followed ? inLink : inBody, request, ofLink, caller);
    }

    /** @param linked those that stand in the links */
    private ResponseEntity<List<PatientSummary>> list(
            QueryParameters parameters,
            Paging paging,
            HttpServletRequest request,
            QueryParameters linked,
            Caller caller) {
        ListPatients query = new ListPatients(
                parameters.text("search", LONGEST_SEARCH),
                parameters.text("branch_id", LONGEST_BRANCH),
                parameters.moment("registered_after"),
                paging,
                caller.branches());
        String list = marks.of("patients", parameters);
        PageLinks.check(paging, list, parameters.problems());
        parameters.finish();
        query.scope().require(query.branchId());
        Page<ListedPatient> page = queries.list(
                query, list, patientIds -> ledger.record(Access.search(caller, clock.instant(), patientIds)));
        LocalDate today = today();
        return answer(
                RequestUrl.of(request, linked),
                paging,
                page,
                list,
                page.entries().stream().map(patient -> patient.on(today)).toList());
    }

    /** With {@code version} or {@code as_of} the profile as it was, which the events tell. */
    @GetMapping("/{id}")
    ResponseEntity<PatientProfile> get(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String ifNoneMatch,
            HttpServletRequest request,
            Caller caller) {
        QueryParameters parameters = QueryParameters.of(request, zone);
        Long version = parameters.value("version", PatientQueryController::version);
        Instant moment = parameters.moment("as_of");
        if (version != null && moment != null) {
            parameters.problems().add("version", "conflict", "Give either version or as_of.");
        }
        parameters.finish();
        long seenVersion = EntityTags.seen(ifNoneMatch).stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
        String patientId = ids.resolve(id);
        boolean now = version == null && moment == null;
        Recorder<PatientProfile> recorder =
                shown -> ledger.record(Access.read(caller, clock.instant(), patientId, shown.version()));
        PatientProfile profile;
        if (now) {
            profile = queries.get(new GetPatient(patientId, seenVersion, caller.branches()), recorder);
        } else {
            profile = queries.get(new GetPastPatient(patientId, version, moment, caller.branches()));
            recorder.record(profile);
        }
        LocalDate day = now ? today() : dayOf(moment == null ? profile.updatedAt() : moment);
        return unlessSeen(ifNoneMatch, profile.version(), profile.on(day), linkToVisits(patientId));
    }

    private static long version(String raw) {
        if (raw.matches("[1-9]\\d{0,17}")) {
            return Long.parseLong(raw);
        }
        throw new InvalidValue("out_of_range", "A whole number from 1 on.");
    }

    @GetMapping("/{id}/visits")
    ResponseEntity<List<Visit>> visits(@PathVariable String id, HttpServletRequest request, Caller caller) {
        QueryParameters parameters = QueryParameters.of(request, zone);
        Paging paging = PageLinks.paging(parameters);
        String patientId = ids.resolve(id);
        String list = marks.of("visits " + patientId, parameters);
        PageLinks.check(paging, list, parameters.problems());
        parameters.finish();
        Page<Visit> page = queries.visits(
                new ListVisits(patientId, paging, caller.branches()),
                shown -> ledger.record(Access.read(caller, clock.instant(), patientId, null)));
        return answer(RequestUrl.of(request, parameters), paging, page, list, page.entries());
    }

    @GetMapping("/{id}/visits/{visitId}")
    ResponseEntity<Visit> visit(
            @PathVariable String id,
            @PathVariable String visitId,
            @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String ifNoneMatch,
            Caller caller) {
        String patientId = ids.resolve(id);
        Visit visit = queries.visit(
                patientId,
                Uuids.asKept(visitId),
                caller.branches(),
                shown -> ledger.record(Access.read(caller, clock.instant(), patientId, shown.version())));
        return unlessSeen(ifNoneMatch, visit.version(), visit, HttpHeaders.EMPTY);
    }

    /** What is left of somebody who was erased. */
    @GetMapping("/{id}/erasure")
    @RequiresScope("patients:audit")
    Erasure erasure(@PathVariable String id, Caller caller) {
        String patientId = ids.resolve(id);
        Erasure erasure = queries.erasure(patientId, caller.branches());
        ledger.record(Access.read(caller, clock.instant(), patientId, null));
        return erasure;
    }

    /** @param list by {@link ListMarks} */
    private static <T> ResponseEntity<List<T>> answer(
            RequestUrl url, Paging paging, Page<?> page, String list, List<T> entries) {
        return ResponseEntity.ok()
                .headers(PageLinks.headers(url, paging, page, list))
                .body(entries);
    }

    private static <T> ResponseEntity<T> unlessSeen(
            @Nullable String ifNoneMatch, long version, T body, HttpHeaders headers) {
        String tag = EntityTags.of(version);
        return EntityTags.isSeen(ifNoneMatch, version)
                ? ResponseEntity.status(HttpStatus.NOT_MODIFIED).eTag(tag).build()
                : ResponseEntity.ok().headers(headers).eTag(tag).body(body);
    }

    /** A profile has the latest only. */
    private static HttpHeaders linkToVisits(String patientId) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(
                HttpHeaders.LINK,
                "</api/v1/patients/%s/visits>; rel=\"related\"; title=\"All visits\"".formatted(patientId));
        return headers;
    }

    private LocalDate today() {
        return LocalDate.now(clock.withZone(zone));
    }

    private LocalDate dayOf(Instant moment) {
        return LocalDate.ofInstant(moment, zone);
    }
}
