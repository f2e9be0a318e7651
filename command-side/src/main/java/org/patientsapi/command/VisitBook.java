package org.patientsapi.command;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Visit;

/**
 * All of a patient's visits, of each as much as places it among the others. What else there is to a visit stands in the event
 * that made its version.
 */
record VisitBook(List<Entry> newestFirst) {

    static final VisitBook EMPTY = new VisitBook(List.of());

    /** As what has the same names in {@link Visit}. */
    record Entry(String visitId, long version, LocalDateTime begin, String status) {

        /** As {@link Visit#NEWEST_FIRST}. */
        static final Comparator<Entry> NEWEST_FIRST =
                Comparator.comparing(Entry::begin).thenComparing(Entry::visitId).reversed();

        static Entry of(Visit visit) {
            return new Entry(visit.visitId(), visit.version(), visit.begin(), visit.status());
        }

        String day() {
            return begin.toLocalDate().toString();
        }
    }

    /** With a new visit, or with a known one as it is now. */
    VisitBook with(Visit visit) {
        Entry entry = Entry.of(visit);
        List<Entry> entries = new ArrayList<>(newestFirst);
        entries.removeIf(other -> other.visitId().equals(entry.visitId()));
        int place = Collections.binarySearch(entries, entry, Entry.NEWEST_FIRST);
        entries.add(-place - 1, entry);
        return new VisitBook(Collections.unmodifiableList(entries));
    }

    Optional<Entry> find(String visitId) {
        return newestFirst.stream()
                .filter(entry -> entry.visitId().equals(visitId))
                .findFirst();
    }

    Optional<Entry> openAdmission() {
        return newestFirst.stream()
                .filter(entry -> entry.status().equals(Visit.ADMITTED))
                .findFirst();
    }

    /** The patient's versions in which the latest visits became as they are. */
    List<Long> recentVersions() {
        return newestFirst.stream()
                .limit(PatientProfile.RECENT_VISITS)
                .map(Entry::version)
                .toList();
    }

    int count() {
        return newestFirst.size();
    }

    /** {@code YYYY-MM-DD} of the newest visit that was not cancelled. */
    @Nullable
    String lastVisitDate() {
        return days().findFirst().orElse(null);
    }

    /** {@code YYYY-MM-DD} of the oldest visit that was not cancelled. */
    Optional<String> firstVisitDate() {
        return days().reduce((newer, older) -> older);
    }

    private Stream<String> days() {
        return newestFirst.stream()
                .filter(entry -> !entry.status().equals(Visit.CANCELLED))
                .map(Entry::day);
    }
}
