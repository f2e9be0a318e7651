package org.patientsapi.query;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.PatientQuery.GetPatient;
import org.patientsapi.api.PatientQuery.ListPatients;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.platform.security.RequiresScope;
import org.patientsapi.platform.web.EntityTags;
import org.patientsapi.platform.eventstore.PatientIds;
import org.patientsapi.platform.web.QueryParameters;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Lists, search and profiles. */
@RestController
@RequestMapping(path = "/api/v1/patients", produces = MediaType.APPLICATION_JSON_VALUE)
class PatientQueryController {

    /** Longer than any name with any number; the search itself looks at less. */
    private static final int LONGEST_SEARCH = 1000;

    private static final int LONGEST_CURSOR = 200;

    private final PatientQueries queries;
    private final PatientIds ids;
    private final Clock clock;
    private final ZoneId zone;

    PatientQueryController(PatientQueries queries, PatientIds ids, Clock clock, ZoneId zone) {
        this.queries = queries;
        this.ids = ids;
        this.clock = clock;
        this.zone = zone;
    }

    @GetMapping
    @RequiresScope("patients:read")
    ResponseEntity<List<PatientSummary>> list(HttpServletRequest request, Caller caller) {
        QueryParameters parameters = QueryParameters.of(request, zone);
        String branch = parameters.text("branch_id", 100);
        ListPatients query = new ListPatients(
                parameters.text("search", LONGEST_SEARCH),
                branch,
                parameters.moment("registered_after"),
                parameters.page(),
                parameters.perPage(),
                parameters.text("after", LONGEST_CURSOR),
                caller.branches());
        PageLinks.check(query, parameters.problems());
        parameters.finish();
        PatientIndex.Page page = queries.list(query);
        return ResponseEntity.ok()
                .header("X-Total-Count", Long.toString(page.total()))
                .header(HttpHeaders.LINK, PageLinks.of(query, page))
                .body(page.patients().stream()
                        .map(patient -> patient.on(today()))
                        .toList());
    }

    @GetMapping("/{id}")
    @RequiresScope("patients:read")
    ResponseEntity<PatientProfile> get(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String ifNoneMatch,
            Caller caller) {
        Set<Long> seen = EntityTags.seen(ifNoneMatch);
        long seenVersion = seen.stream().mapToLong(Long::longValue).max().orElse(0);
        PatientProfile profile = queries.get(new GetPatient(ids.resolve(id), seenVersion, caller.branches()));
        boolean unchanged = seen.contains(profile.version());
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(unchanged ? HttpStatus.NOT_MODIFIED : HttpStatus.OK)
                .eTag(EntityTags.of(profile.version()));
        return unchanged ? answer.build() : answer.body(profile.on(today()));
    }

    private LocalDate today() {
        return LocalDate.now(clock.withZone(zone));
    }
}
