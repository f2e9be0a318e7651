package org.patientsapi.command;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Visit;

/**
 * What commands on a patient are decided on: the profile, with the visits only entered rather than told. So a patient with a
 * thousand visits weighs little more in a snapshot than one with five.
 *
 * @param profile without visits
 */
record PatientState(PatientProfile profile, VisitBook visits) {

    /** The state after one more event; {@code null} for a patient who was forgotten. */
    static @Nullable PatientState after(@Nullable PatientState before, PatientEvent event, Instant at) {
        PatientProfile profile = PatientProfile.after(before == null ? null : before.profile, event, at);
        if (profile == null) {
            return null;
        }
        VisitBook visits = before == null ? VisitBook.EMPTY : before.visits;
        Visit visit = event.visit();
        return new PatientState(profile.withVisits(List.of(), 0, null), visit == null ? visits : visits.with(visit));
    }

    /** The profile as it is answered, with the latest visits. */
    PatientProfile answered(RecordedVisits recorded) {
        List<Long> recent = visits.recentVersions();
        return recent.isEmpty()
                ? profile
                : profile.withVisits(
                        recorded.at(profile.id(), recent).stream()
                                .sorted(Visit.NEWEST_FIRST)
                                .toList(),
                        visits.count(),
                        visits.lastVisitDate());
    }
}
