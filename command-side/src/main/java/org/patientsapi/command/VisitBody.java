package org.patientsapi.command;

import static org.patientsapi.command.PatientBody.text;
import static org.patientsapi.platform.web.FieldReader.Need.OPTIONAL;
import static org.patientsapi.platform.web.FieldReader.Need.REQUIRED;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Visit;
import org.patientsapi.api.VisitChanges;
import org.patientsapi.platform.web.FieldReader;
import org.patientsapi.platform.web.FieldReader.Need;
import org.patientsapi.platform.web.JsonBody;
import org.patientsapi.values.InvalidValue;
import org.patientsapi.values.PartialDate;

/** The body of a visit's POST or PATCH. Which times belong to which type of visit is for {@link VisitRules} to say. */
final class VisitBody {

    private final FieldReader body;
    private final VisitRules rules;

    private VisitBody(FieldReader body, VisitRules rules) {
        this.body = body;
        this.rules = rules;
    }

    /** What a POST says. */
    record NewVisit(String type, VisitChanges details) {}

    /** @throws org.patientsapi.values.InvalidFields with every problem that can be seen without the patient */
    static NewVisit newVisit(FieldReader body, VisitRules rules) {
        String type = body.text("type", REQUIRED, PatientBody.oneOf(Set.of(Visit.OPD, Visit.IPD)));
        body.readOnly("status");
        VisitChanges details = new VisitBody(body, rules).changes(type, OPTIONAL, false);
        if (type != null) {
            VisitRules.forbidTimesOfOthers(
                    type,
                    details.date().value(),
                    details.admittedAt().value(),
                    details.dischargedAt().value(),
                    body.problems());
        }
        checkTimes(details, rules, body);
        body.finish();
        return new NewVisit(String.valueOf(type), details);
    }

    /** @throws org.patientsapi.values.InvalidFields with every problem that can be seen without the visit */
    static VisitChanges patch(JsonBody.Content json, VisitRules rules) {
        FieldReader body = FieldReader.forPatch(json);
        body.readOnly("type");
        // The other statuses follow from the times.
        String status = body.text("status", REQUIRED, PatientBody.oneOf(Set.of(Visit.CANCELLED)));
        VisitChanges changes = new VisitBody(body, rules).changes(null, REQUIRED, status != null);
        checkTimes(changes, rules, body);
        body.finish();
        return changes;
    }

    private static void checkTimes(VisitChanges changes, VisitRules rules, FieldReader body) {
        rules.checkTimes(
                changes.date().value(),
                changes.admittedAt().value(),
                changes.dischargedAt().value(),
                body.problems());
    }

    /**
     * @param type {@code null} where it is not in the body, and not known
     * @param branch whether it has to be named: a new visit has one anyway, and none loses it
     */
    private VisitChanges changes(@Nullable String type, Need branch, boolean cancelled) {
        body.readOnly("visit_id", "version");
        FieldReader provider = body.object("provider", REQUIRED);
        VisitChanges changes = new VisitChanges(
                text(body, "branch_id", branch, PatientBody::branch),
                text(
                        body,
                        "date",
                        Visit.OPD.equals(type) ? REQUIRED : OPTIONAL,
                        raw -> PartialDate.day(raw).toString()),
                text(body, "admitted_at", Visit.IPD.equals(type) ? REQUIRED : OPTIONAL, this::time),
                text(body, "discharged_at", OPTIONAL, this::time),
                text(provider, "id", OPTIONAL, PatientBody::line),
                text(provider, "name", REQUIRED, PatientBody::line),
                text(body, "department", OPTIONAL, PatientBody::line),
                text(body, "reason", OPTIONAL, PatientBody::line),
                cancelled);
        if (!Visit.OPD.equals(type)) {
            VisitRules.checkOrder(
                    changes.admittedAt().value(), changes.dischargedAt().value(), body.problems());
        }
        return changes;
    }

    private String time(String raw) {
        OffsetDateTime time;
        try {
            time = inWholeMinutes(OffsetDateTime.parse(raw)
                    .atZoneSameInstant(rules.zone())
                    .toOffsetDateTime()
                    .truncatedTo(ChronoUnit.SECONDS));
        } catch (DateTimeException noTime) {
            throw new InvalidValue("invalid_date", "A timestamp with offset such as 2026-01-31T09:00:00+05:30.");
        }
        // RFC 3339 has four digits for the year, which may become five in the hospital's zone.
        if (time.getYear() < 1 || time.getYear() > 9999) {
            throw new InvalidValue("out_of_range", "A timestamp of the years 0001 to 9999.");
        }
        return time.format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
    }

    /** RFC 3339 knows no seconds in an offset; zones had some until the 20th century (Kolkata +05:21:10 until 1906). */
    private static OffsetDateTime inWholeMinutes(OffsetDateTime time) {
        int seconds = time.getOffset().getTotalSeconds();
        return time.withOffsetSameInstant(ZoneOffset.ofTotalSeconds(seconds - seconds % 60));
    }
}
