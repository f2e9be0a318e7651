package org.patientsapi.query;

import static java.util.stream.Collectors.toSet;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.BranchScope;
import org.patientsapi.api.Erasure;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.PatientQuery.GetPastPatient;
import org.patientsapi.api.PatientQuery.GetPatient;
import org.patientsapi.api.PatientQuery.ListPatients;
import org.patientsapi.api.PatientQuery.ListVisits;
import org.patientsapi.api.PatientQuery.Paging;
import org.patientsapi.api.Refusal.PatientNotFound;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.api.Refusal.VisitNotFound;
import org.patientsapi.api.Visit;
import org.patientsapi.platform.erasure.Erasures;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.patientsapi.platform.eventstore.RecentCommits;
import org.patientsapi.query.PatientIndex.Criteria;
import org.patientsapi.query.search.SearchQuery;
import org.springframework.stereotype.Component;

/**
 * Answers about patients. For one patient the index answers almost always; where it has not got round to a version that
 * the caller may know of, or is away, the events themselves do: an answered write is never followed by an older read.
 */
@Component
class PatientQueries {

    /** For a list and a search; a cold engine takes seconds. */
    private static final Duration WARM = Duration.ofMillis(50);

    private static final Duration WARM_UP = Duration.ofSeconds(5);

    private final PatientIndex index;
    private final PatientHistory history;
    private final RecentCommits recentCommits;
    private final ErasedPatients erasedPatients;
    private final Erasures erasures;

    PatientQueries(
            PatientIndex index,
            PatientHistory history,
            RecentCommits recentCommits,
            ErasedPatients erasedPatients,
            Erasures erasures) {
        this.index = index;
        this.history = history;
        this.recentCommits = recentCommits;
        this.erasedPatients = erasedPatients;
        this.erasures = erasures;
    }

    /** Records what is about to be shown. */
    interface Recorder<T> {

        /** @return of the patients in it what {@link org.patientsapi.platform.audit.AccessLedger#record} knows */
        Optional<Map<String, Long>> record(T shown);
    }

    /** @throws PatientNotFound also for a patient whose branch the caller may not see */
    PatientProfile get(GetPatient query, Recorder<PatientProfile> recorder) {
        return newest(query, patient -> patient, recorder);
    }

    /**
     * What another process committed a moment ago counts too, and what was committed before a restart, however far the
     * projection is behind: where the record tells of a newer version, that one is recorded and shown.
     *
     * @param part of the patient, which is what is shown
     */
    private <T> T newest(GetPatient query, Function<PatientProfile, T> part, Recorder<T> recorder) {
        String patientId = query.patientId();
        if (!history.maySee(query.scope(), patientId)) {
            throw new PatientNotFound();
        }
        long atLeast =
                Math.max(query.seenVersion(), recentCommits.versionOf(patientId).orElse(1));
        PatientProfile profile = indexed(patientId)
                .filter(indexed -> indexed.version() >= atLeast && isVisible(query, indexed))
                .orElseGet(() -> fromEvents(query));
        T shown = part.apply(profile);
        long newest = recorder.record(shown)
                .map(known -> known.getOrDefault(patientId, 0L))
                .orElseGet(() -> newestVersion(patientId));
        if (newest <= profile.version()) {
            return shown;
        }
        T newer = part.apply(fromEvents(query));
        recorder.record(newer);
        return newer;
    }

    private PatientProfile fromEvents(GetPatient query) {
        return history.profile(query.patientId())
                .map(PatientProfile::withRecentVisits)
                .filter(profile -> isVisible(query, profile))
                .orElseThrow(PatientNotFound::new);
    }

    private static boolean isVisible(GetPatient query, PatientProfile profile) {
        return query.scope().covers(profile.branchId());
    }

    private long newestVersion(String patientId) {
        try {
            return history.currentVersion(patientId).orElse(0L);
        } catch (RuntimeException away) {
            // Without the database nobody is answered a write either.
            return 0;
        }
    }

    /**
     * @throws PatientNotFound also for a patient who was not registered then, for a version that there is not, and for a patient
     *     who is now of a branch that the caller may not see
     */
    PatientProfile get(GetPastPatient query) {
        if (!history.isAtHomeIn(query.scope(), query.patientId())) {
            throw new PatientNotFound();
        }
        Instant moment = query.moment();
        Long version = query.version();
        return (moment != null
                        ? history.profileAt(query.patientId(), moment)
                        : history.profileAt(query.patientId(), Objects.requireNonNull(version))
                                .filter(profile -> profile.version() == version))
                .orElseThrow(PatientNotFound::new);
    }

    private Optional<PatientProfile> indexed(String patientId) {
        try {
            return index.find(patientId);
        } catch (StoreUnavailable away) {
            return Optional.empty();
        }
    }

    /**
     * One page of summaries. There is no other source than the index: without it, no answer at all. Whoever was erased, as the
     * record tells, is left out.
     *
     * @param mark by {@link ListMarks}
     */
    Page<ListedPatient> list(ListPatients query, String mark, Recorder<List<String>> recorder) {
        Criteria everybody =
                new Criteria(mark, null, query.branchId(), query.scope().branches(), query.registeredAfter());
        erasedPatients.requireAllHidden();
        Deadline deadline = PatientIndex.deadline();
        Page<ListedPatient> page = query.search() == null
                ? page(everybody, query.paging(), deadline)
                : search(SearchQuery.parse(query.search()), everybody, query.paging(), deadline);
        List<String> patientIds = page.entries().stream().map(ListedPatient::id).toList();
        Map<String, Long> known = recorder.record(patientIds).orElseGet(() -> erasedPatients.among(patientIds));
        // Whoever was erased shortly before the database went away is remembered.
        Set<String> erased = patientIds.stream()
                .filter(id -> known.getOrDefault(id, 0L) == RecentCommits.ERASED || recentCommits.isErased(id))
                .collect(toSet());
        return erased.isEmpty() ? page : page.without(patient -> erased.contains(patient.id()));
    }

    /**
     * Those who are met without a typing error, where they suffice or the others would be a crowd; otherwise all, or, where
     * there is nobody, those who bear names far from those typed. A cursor goes on among the same people as the page that it
     * came with, whoever has registered since.
     */
    private Page<ListedPatient> search(SearchQuery text, Criteria everybody, Paging paging, Deadline deadline) {
        IntFunction<Criteria> criteria = attempt -> everybody.withSearch(text.clause(attempt));
        IntFunction<Page<ListedPatient>> page =
                attempt -> page(criteria.apply(attempt), paging, deadline).atAttempt(attempt);
        Position after = position(paging);
        if (after != null || text.attempts() == 1) {
            return page.apply(after == null ? 0 : after.attempt());
        }
        boolean isFirstPage = paging.from() == 0;
        Page<ListedPatient> best = isFirstPage ? page.apply(0) : index.list(criteria.apply(0), 0, 1, null, deadline);
        if (!text.suffices(best.total(), best.best())) {
            Page<ListedPatient> all = page.apply(1);
            if (all.total() == 0 && text.attempts() > 2) {
                return page.apply(2);
            }
            boolean crowd = text.mayBeBetterThan(all.total(), best.best())
                    && index.list(everybody.withSearch(text.asTyped()), 0, 1, null, deadline)
                                    .total()
                            > 0;
            if (!crowd) {
                return all;
            }
        }
        return isFirstPage ? best : page.apply(0);
    }

    /** Before the first who asks: has the engine search until it does so quickly, or for as long as a start may wait. */
    void warmUp() {
        Criteria everybody = new Criteria("warm-up", null, null, null, null);
        Criteria somebody =
                everybody.withSearch(SearchQuery.parse("Asha Rao 98765").clause(0));
        Deadline end = Deadline.in(WARM_UP);
        Deadline quick;
        do {
            quick = Deadline.in(WARM);
            index.warmUp(everybody);
            index.warmUp(somebody);
        } while (quick.left() == 0 && end.left() > 0);
    }

    private Page<ListedPatient> page(Criteria criteria, Paging paging, Deadline deadline) {
        return index.list(criteria, paging.from(), paging.perPage(), position(paging), deadline);
    }

    /**
     * One page of a patient's visits: those that the profile shows from there, older ones from the events, which are never
     * behind an answered write.
     *
     * @throws PatientNotFound also for a patient whose branch the caller may not see
     */
    Page<Visit> visits(ListVisits query, Recorder<PatientProfile> recorder) {
        PatientProfile patient = get(new GetPatient(query.patientId(), 0, query.scope()), recorder);
        List<Visit> rest = from(patient, query.paging());
        int size = query.paging().perPage();
        if (!patient.hasAllVisits() && rest.size() < size) {
            patient = whole(query.patientId(), query.scope()).orElseThrow(PatientNotFound::new);
            rest = from(patient, query.paging());
        }
        List<Visit> shown = rest.subList(0, Math.min(rest.size(), size));
        boolean more = shown.size() < rest.size() || !patient.hasAllVisits();
        return new Page<>(shown, patient.visitCount(), more ? position(shown.getLast()) : null);
    }

    private static List<Visit> from(PatientProfile patient, Paging paging) {
        Position after = position(paging);
        return patient.visitHistory().stream()
                // A document of before visits of one day were ordered by their times.
                .sorted(Visit.NEWEST_FIRST)
                .filter(visit -> after == null || isBehind(visit, after))
                .skip(after == null ? paging.from() : 0)
                .toList();
    }

    /**
     * @throws PatientNotFound also for a patient whose branch the caller may not see
     * @throws VisitNotFound when the patient has no such visit
     */
    Visit visit(String patientId, String visitId, BranchScope scope, Recorder<Visit> recorder) {
        return newest(
                new GetPatient(patientId, 0, scope),
                patient -> patient.visit(visitId)
                        // An old one, or one that the index has not got round to.
                        .or(() -> whole(patientId, scope)
                                .orElseThrow(PatientNotFound::new)
                                .visit(visitId))
                        .orElseThrow(VisitNotFound::new),
                recorder);
    }

    /** With all visits; the patient may have moved to another branch since it was first looked at. */
    private Optional<PatientProfile> whole(String patientId, BranchScope scope) {
        return history.profile(patientId).filter(patient -> scope.covers(patient.branchId()));
    }

    /** @throws PatientNotFound for whoever was not erased, and for somebody of a branch that the caller may not see */
    Erasure erasure(String patientId, BranchScope scope) {
        return erasures.find(patientId)
                .filter(erasure -> scope.covers(erasure.branchId()))
                .orElseThrow(PatientNotFound::new);
    }

    private static @Nullable Position position(Paging paging) {
        return paging.after() == null ? null : Position.of(paging.after()).orElseThrow();
    }

    /** The same place that the index sorts by. */
    private static Position position(Visit visit) {
        return new Position(visit.begin().toInstant(ZoneOffset.UTC).toEpochMilli(), visit.visitId());
    }

    private static boolean isBehind(Visit visit, Position place) {
        Position own = position(visit);
        return own.value() < place.value()
                || (own.value() == place.value() && own.id().compareTo(place.id()) < 0);
    }
}
