package org.patientsapi.query;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.axonframework.serialization.SerializationException;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.BranchScope;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.PatientQuery.ReadAudit;
import org.patientsapi.api.Refusal.PatientNotFound;
import org.patientsapi.platform.audit.Access;
import org.patientsapi.platform.audit.AccessHistory;
import org.patientsapi.platform.erasure.Erasures;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.patientsapi.platform.eventstore.RecordedEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * A patient's audit: the writes as the events tell them, among the accesses as they were recorded. It is the one place that
 * still answers about somebody who was erased, and then says that, when and by whom, and nothing of the person.
 */
@Component
class PatientAudit {

    private static final Logger LOG = LoggerFactory.getLogger(PatientAudit.class);
    private static final Pattern PLACE = Pattern.compile("([01])-(\\d{1,18})");

    private final PatientHistory history;
    private final AccessHistory accesses;
    private final Erasures erasures;
    private final JsonMapper json;

    PatientAudit(PatientHistory history, AccessHistory accesses, Erasures erasures, JsonMapper json) {
        this.history = history;
        this.accesses = accesses;
        this.erasures = erasures;
        this.json = json;
    }

    /**
     * Where an entry stands. Of one moment, accesses come before writes, and each by its own number from the highest down.
     *
     * @param rank 1 for an access, 0 for a write
     * @param number the access's place, or the version that was written
     */
    private record Place(Instant at, int rank, long number) {

        static final Comparator<Place> NEWEST_FIRST = Comparator.comparing(Place::at)
                .thenComparingInt(Place::rank)
                .thenComparingLong(Place::number)
                .reversed();

        Position position() {
            return new Position(ChronoUnit.MICROS.between(Instant.EPOCH, at), rank + "-" + number);
        }

        static Optional<Place> of(Position position) {
            Matcher place = PLACE.matcher(position.id());
            return place.matches()
                    ? Optional.of(new Place(
                            Instant.EPOCH.plus((long) position.value(), ChronoUnit.MICROS),
                            Integer.parseInt(place.group(1)),
                            Long.parseLong(place.group(2))))
                    : Optional.empty();
        }
    }

    /** @param access {@code null} for a write */
    private record Line(Place place, @Nullable Access access) {}

    static boolean isCursor(String cursor) {
        return Position.of(cursor).flatMap(Place::of).isPresent();
    }

    /** @throws PatientNotFound also for a patient whose branch the caller may not see */
    Page<AuditEntry> entries(ReadAudit query) {
        requireVisible(query.patientId(), query.scope());
        boolean erased = erasures.find(query.patientId()).isPresent();
        Place after = query.paging().after() == null
                ? null
                : Position.of(query.paging().after()).flatMap(Place::of).orElseThrow();
        int skip = after == null ? query.paging().from() : 0;
        int size = query.paging().perPage();

        List<RecordedEvent> events = history(query);
        List<Line> writes = events.stream()
                .filter(event -> matches(event, query))
                .map(event -> new Line(new Place(event.at(), 0, event.version()), null))
                .toList();
        AccessHistory.Filter filter = new AccessHistory.Filter(
                query.patientId(), query.from(), query.to(), query.actor(), kinds(query.kind()));
        boolean any = !filter.kinds().isEmpty();
        Stream<Line> recorded = any ? accesses(filter, after, skip + size + 1) : Stream.of();
        List<Line> lines = Stream.concat(writes.stream(), recorded)
                .filter(line -> after == null || Place.NEWEST_FIRST.compare(line.place(), after) > 0)
                .sorted(Comparator.comparing(Line::place, Place.NEWEST_FIRST))
                .skip(skip)
                .limit(size + 1L)
                .toList();
        List<Line> shown = lines.subList(0, Math.min(size, lines.size()));
        Set<Long> versions = shown.stream()
                .filter(line -> line.access() == null)
                .map(line -> line.place().number())
                .collect(toSet());
        Map<Long, AuditEntry> told = versions.isEmpty() ? Map.of() : told(query.patientId(), events, versions, erased);
        return new Page<>(
                shown.stream()
                        .map(line -> line.access() == null
                                ? requireNonNull(told.get(line.place().number()))
                                : AuditEntry.of(line.access()))
                        .toList(),
                writes.size() + (any ? accesses.count(filter) : 0),
                lines.size() > size ? shown.getLast().place().position() : null);
    }

    /**
     * Where it is or was at home is known of an erased and of an unreadable patient too.
     *
     * @throws PatientNotFound also for a patient whose branch the caller may not see
     */
    void requireVisible(String patientId, BranchScope scope) {
        boolean there = scope.branches() == null
                ? history.currentVersion(patientId).isPresent()
                : history.homeBranch(patientId).filter(scope::covers).isPresent();
        if (!there) {
            throw new PatientNotFound();
        }
    }

    private static Set<Access.Kind> kinds(@Nullable String kind) {
        Set<Access.Kind> kinds = EnumSet.allOf(Access.Kind.class);
        kinds.removeIf(each -> kind != null && !each.code().equals(kind));
        return kinds;
    }

    private Stream<Line> accesses(AccessHistory.Filter filter, @Nullable Place after, int limit) {
        // Behind a write of the same moment there is no access of that moment left.
        AccessHistory.Position behind =
                after == null ? null : new AccessHistory.Position(after.at(), after.rank() == 1 ? after.number() : 0);
        return accesses.newest(filter, behind, limit).stream()
                .map(found -> new Line(new Place(found.access().at(), 1, found.place()), found.access()));
    }

    private List<RecordedEvent> history(ReadAudit query) {
        return query.kind() == null || query.kind().equals(AuditEntry.WRITE)
                ? history.of(query.patientId())
                : List.of();
    }

    /** Told at once, so that of all the states that the patient was in, each with its visits, only two are there at a time. */
    private Map<Long, AuditEntry> told(
            String patientId, List<RecordedEvent> events, Set<Long> versions, boolean erased) {
        Map<Long, String> types = history.typesOf(patientId);
        Map<Long, AuditEntry> told = new HashMap<>();
        PatientProfile profile = null;
        List<Long> unreadable = new ArrayList<>();
        for (RecordedEvent event : events) {
            PatientProfile before = profile;
            boolean readable = erased || (isReadable(event) && (before != null || event.version() == 1));
            if (readable && !erased) {
                profile = PatientProfile.after(before, event.event(), event.at());
            } else if (!readable) {
                unreadable.add(event.version());
            }
            if (versions.contains(event.version())) {
                told.put(
                        event.version(),
                        AuditEntry.of(
                                event,
                                String.valueOf(types.get(event.version())),
                                FieldChange.between(before, profile, json),
                                List.copyOf(unreadable)));
            }
            if (told.size() == versions.size()) {
                break;
            }
        }
        return told;
    }

    private static boolean isReadable(RecordedEvent event) {
        try {
            event.event();
            return true;
        } catch (SerializationException damaged) {
            LOG.warn("Event {} cannot be read, and is shown without its content", event.eventId(), damaged);
            return false;
        }
    }

    private static boolean matches(RecordedEvent event, ReadAudit query) {
        AuditEntry.Actor actor = AuditEntry.actor(event.metadata());
        return (query.from() == null || !event.at().isBefore(query.from()))
                && (query.to() == null || event.at().isBefore(query.to()))
                && (query.actor() == null
                        || query.actor().equals(actor.client())
                        || query.actor().equals(actor.subject()));
    }
}
