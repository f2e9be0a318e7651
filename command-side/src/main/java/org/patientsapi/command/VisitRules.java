package org.patientsapi.command;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Refusal.VisitConflict;
import org.patientsapi.api.Visit;
import org.patientsapi.values.DateOfBirth;
import org.patientsapi.values.InvalidFields;
import org.patientsapi.values.Problems;
import org.springframework.stereotype.Component;

/** Which visits a patient can have. */
@Component
class VisitRules {

    private static final Duration DAY = Duration.ofDays(1);

    private final Clock clock;
    private final ZoneId zone;

    VisitRules(Clock clock, ZoneId zone) {
        this.clock = clock;
        this.zone = zone;
    }

    /** The hospital's, in which times are kept. */
    ZoneId zone() {
        return zone;
    }

    /**
     * @throws InvalidFields for times that cannot be
     * @throws VisitConflict for a second open admission
     */
    void check(Visit visit, PatientState patient) {
        Problems problems = new Problems();
        if (visit.type().equals(Visit.OPD)) {
            require("date", visit.date(), problems);
        } else {
            require("admitted_at", visit.admittedAt(), problems);
        }
        forbidTimesOfOthers(visit.type(), visit.date(), visit.admittedAt(), visit.dischargedAt(), problems);
        problems.throwIfAny();
        checkOrder(visit.admittedAt(), visit.dischargedAt(), problems);
        checkTimes(visit.date(), visit.admittedAt(), visit.dischargedAt(), problems);
        checkBegunAfterBirth(visit, patient.profile(), problems);
        problems.throwIfAny();
        if (visit.isOpenAdmission()) {
            patient.visits()
                    .openAdmission()
                    .filter(other -> !other.visitId().equals(visit.visitId()))
                    .ifPresent(open -> {
                        throw VisitConflict.stillAdmitted(open.visitId());
                    });
        }
    }

    /** Notes each time that a visit of this type does not have. */
    static void forbidTimesOfOthers(
            String type,
            @Nullable String date,
            @Nullable String admittedAt,
            @Nullable String dischargedAt,
            Problems problems) {
        if (type.equals(Visit.OPD)) {
            forbid("admitted_at", admittedAt, problems);
            forbid("discharged_at", dischargedAt, problems);
        } else {
            forbid("date", date, problems);
        }
    }

    /**
     * Notes each time that is wrong whoever the patient is, so that a request can be told of it with all else that is wrong
     * with it; once for a field.
     */
    void checkTimes(
            @Nullable String date, @Nullable String admittedAt, @Nullable String dischargedAt, Problems problems) {
        if (date != null && !problems.areOf("date")) {
            LocalDate day = LocalDate.parse(date);
            checkBegin("date", day, day.isAfter(tomorrow()), problems);
        }
        if (admittedAt != null && !problems.areOf("admitted_at")) {
            LocalDate day = OffsetDateTime.parse(admittedAt).toLocalDate();
            checkBegin("admitted_at", day, isTooFarAhead(admittedAt), problems);
        }
        if (dischargedAt != null && !problems.areOf("discharged_at") && isTooFarAhead(dischargedAt)) {
            problems.add("discharged_at", "too_far_ahead", "A discharge is at most a day ahead.");
        }
    }

    private static void checkBegin(String field, LocalDate day, boolean tooFarAhead, Problems problems) {
        if (day.isBefore(DateOfBirth.FIRST_DAY)) {
            noteBeforeBirth(field, problems);
        } else if (tooFarAhead) {
            problems.add(field, "too_far_ahead", "A visit is at most a day ahead.");
        }
    }

    private static void noteBeforeBirth(String field, Problems problems) {
        problems.add(field, "before_birth", "A visit is not before the patient's birth.");
    }

    /** Notes a date of birth, where it is to be changed, after a visit, which could then not be corrected any more. */
    static void checkBirth(@Nullable String born, VisitBook visits, Problems problems) {
        boolean late = born != null
                && visits.firstVisitDate()
                        .map(LocalDate::parse)
                        .filter(first -> first.isBefore(DateOfBirth.of(born).earliest()))
                        .isPresent();
        if (late) {
            problems.add("date_of_birth", "after_visit", "The patient was here before that day: see the visits.");
        }
    }

    private static void checkBegunAfterBirth(Visit visit, PatientProfile patient, Problems problems) {
        String field = visit.type().equals(Visit.OPD) ? "date" : "admitted_at";
        String born = patient.demographics().dateOfBirth();
        if (born != null
                && !problems.areOf(field)
                && LocalDate.parse(visit.day()).isBefore(DateOfBirth.of(born).earliest())) {
            noteBeforeBirth(field, problems);
        }
    }

    private LocalDate tomorrow() {
        return LocalDate.now(clock.withZone(zone)).plusDays(1);
    }

    /** Of a time the day ahead is 24 hours: at one in the morning the end of tomorrow is nearly two days away. */
    private boolean isTooFarAhead(String time) {
        return OffsetDateTime.parse(time).toInstant().isAfter(clock.instant().plus(DAY));
    }

    /** Notes an end before the beginning. */
    static void checkOrder(@Nullable String admittedAt, @Nullable String dischargedAt, Problems problems) {
        if (admittedAt != null
                && dischargedAt != null
                && OffsetDateTime.parse(dischargedAt).isBefore(OffsetDateTime.parse(admittedAt))) {
            problems.add("discharged_at", "out_of_range", "This is before admitted_at.");
        }
    }

    private static void require(String field, @Nullable String value, Problems problems) {
        if (value == null) {
            problems.add(field, "required", "A value is required here.");
        }
    }

    private static void forbid(String field, @Nullable String value, Problems problems) {
        if (value != null) {
            problems.add(field, "not_applicable", "This type of visit has no such field.");
        }
    }
}
