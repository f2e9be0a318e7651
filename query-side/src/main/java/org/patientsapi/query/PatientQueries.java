package org.patientsapi.query;

import java.util.Optional;
import java.util.OptionalLong;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.PatientQuery.GetPatient;
import org.patientsapi.api.PatientQuery.ListPatients;
import org.patientsapi.api.Refusal.PatientNotFound;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.patientsapi.platform.eventstore.RecentCommits;
import org.patientsapi.query.PatientIndex.Criteria;
import org.patientsapi.query.search.SearchQuery;

/**
 * Answers about one patient. The index answers almost always; where it has not got round to a version that the caller may
 * know of, or is away, the events themselves do: an answered write is never followed by an older read.
 */
class PatientQueries {

    private final PatientIndex index;
    private final PatientHistory history;
    private final RecentCommits recentCommits;

    PatientQueries(PatientIndex index, PatientHistory history, RecentCommits recentCommits) {
        this.index = index;
        this.history = history;
        this.recentCommits = recentCommits;
    }

    /** @throws PatientNotFound also for a patient whose branch the caller may not see */
    PatientProfile get(GetPatient query) {
        OptionalLong committed = recentCommits.versionOf(query.patientId());
        long atLeast = Math.max(query.seenVersion(), committed.orElse(1));
        return indexed(query.patientId())
                .filter(profile -> profile.version() >= atLeast)
                .or(() -> history.profile(query.patientId()))
                .filter(profile -> query.scope().covers(profile.branchId()))
                .orElseThrow(PatientNotFound::new);
    }

    /** One page of summaries. There is no other answer than the index's: without it, none at all. */
    PatientIndex.Page list(ListPatients query) {
        Criteria criteria = new Criteria(
                query.search() == null ? null : SearchQuery.parse(query.search()),
                query.branchId(),
                query.scope().branches(),
                query.registeredAfter());
        return query.after() == null
                ? index.list(criteria, (query.page() - 1) * query.perPage(), query.perPage())
                : index.listAfter(criteria, PageLinks.decode(query.after()).orElseThrow(), query.perPage());
    }

    private Optional<PatientProfile> indexed(String patientId) {
        try {
            return index.find(patientId);
        } catch (StoreUnavailable away) {
            return Optional.empty();
        }
    }
}
