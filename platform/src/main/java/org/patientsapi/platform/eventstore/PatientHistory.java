package org.patientsapi.platform.eventstore;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.axonframework.eventhandling.DomainEventMessage;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.BranchScope;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Visit;
import org.patientsapi.platform.database.SqlArrays;
import org.patientsapi.values.Uuids;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the event store says of a patient: always complete, always up to date, and slower than the index. */
public final class PatientHistory {

    private final PatientEventStorageEngine storage;
    private final JdbcClient jdbc;

    /** No patient has this id, which is smaller than any. */
    private static final UUID BEFORE_ALL = new UUID(0, 0);

    /** Home branches of patients whom a caller of that branch was let through to. */
    private final Cache<String, String> shownLately = Caffeine.newBuilder()
            .maximumSize(100_000)
            .expireAfterWrite(Duration.ofMinutes(10))
            .build();

    PatientHistory(PatientEventStorageEngine storage, JdbcClient jdbc) {
        this.storage = storage;
        this.jdbc = jdbc;
    }

    /**
     * All events of the patient, oldest first; empty when there is no such patient, or the id is no UUID. Whether one can be
     * read is found out by whoever asks what happened.
     */
    public List<RecordedEvent> of(String patientId) {
        return isUuid(patientId)
                ? storage.readEvents(patientId)
                        .asStream()
                        .<RecordedEvent>map(RecordedEvent::new)
                        .toList()
                : List.of();
    }

    /**
     * The profile that all events add up to; empty when there is no such patient, or no longer.
     *
     * @throws org.axonframework.serialization.SerializationException when one of them cannot be read
     */
    public Optional<PatientProfile> profile(String patientId) {
        return profileAt(patientId, Long.MAX_VALUE);
    }

    /** The profile as it was at a version; empty when there is no such patient, or no longer. */
    public Optional<PatientProfile> profileAt(String patientId, long version) {
        return profileAfter(patientId, recorded -> recorded.version() <= version);
    }

    /** The profile as it was at a moment; empty when there was no such patient then, or no longer is. */
    public Optional<PatientProfile> profileAt(String patientId, Instant moment) {
        return profileAfter(patientId, recorded -> !recorded.at().isAfter(moment));
    }

    /** @param counts true of the first events, up to some place */
    private Optional<PatientProfile> profileAfter(String patientId, Predicate<RecordedEvent> counts) {
        PatientProfile profile = null;
        PatientProfile then = null;
        for (RecordedEvent recorded : of(patientId)) {
            profile = PatientProfile.after(profile, recorded.event(), recorded.at());
            then = counts.test(recorded) ? profile : then;
        }
        // Whoever is erased now has no past either.
        return profile == null ? Optional.empty() : Optional.ofNullable(then);
    }

    /**
     * What the events of each of these patients add up to, by one query. One who cannot be read fails alone. Who has no
     * events is not in the map, nor is an id that is no UUID.
     */
    public Map<String, Fold> foldAll(Collection<String> patientIds) {
        Map<String, List<DomainEventMessage<?>>> byPatient = storage.readEventsOf(
                        patientIds.stream().filter(PatientHistory::isUuid).toList())
                .collect(groupingBy(DomainEventMessage::getAggregateIdentifier, LinkedHashMap::new, toList()));
        Map<String, Fold> folds = new LinkedHashMap<>();
        byPatient.forEach((patientId, events) -> folds.put(patientId, fold(events)));
        return folds;
    }

    private static Fold fold(List<DomainEventMessage<?>> events) {
        try {
            PatientProfile profile = null;
            for (DomainEventMessage<?> message : events) {
                profile = PatientProfile.after(profile, (PatientEvent) message.getPayload(), message.getTimestamp());
            }
            return new Fold(profile, events.size(), null);
        } catch (RuntimeException unreadable) {
            return new Fold(null, events.size(), unreadable);
        }
    }

    /**
     * What the events of a patient add up to.
     *
     * @param profile {@code null} for a patient who was forgotten, or whose events cannot be read
     * @param events how many there are
     * @param failure why the events cannot be read; {@code null} where they can
     */
    public record Fold(
            @Nullable PatientProfile profile,
            int events,
            @Nullable RuntimeException failure) {}

    /**
     * Some patients in the order of their ids: as many as fit into the limits, and one at least unless there is none.
     *
     * @param patientId after whom; {@code null} from the first on
     * @param mostBytes of all their events, about as they take in memory
     */
    public List<String> patientsAfter(@Nullable String patientId, int mostPatients, long mostBytes) {
        List<Size> sizes = jdbc.sql("select patient_id, (select sum(octet_length(payload) + 1000)"
                        + " from domain_event where aggregate_id = patient_id) from patient_key"
                        + " where patient_id > ? order by patient_id limit ?")
                .params(patientId == null ? BEFORE_ALL : UUID.fromString(patientId), mostPatients)
                .query((row, n) -> new Size(row.getString(1), row.getLong(2)))
                .list();
        List<String> fitting = new ArrayList<>();
        long bytes = 0;
        for (Size next : sizes) {
            bytes += next.bytes();
            if (bytes > mostBytes && !fitting.isEmpty()) {
                break;
            }
            fitting.add(next.patientId());
        }
        return fitting;
    }

    /** @param bytes that the events of the patient take, about */
    private record Size(String patientId, long bytes) {}

    /** How many events each of these patients has, by one query; who has none is not in the map. */
    public Map<String, Long> currentVersions(Collection<String> patientIds) {
        Map<String, Long> versions = new HashMap<>();
        jdbc.sql("select aggregate_id, max(sequence_number) + 1 from domain_event where aggregate_id = any (?)"
                        + " group by aggregate_id")
                .param(SqlArrays.uuids(patientIds))
                .query(row -> {
                    versions.put(row.getString(1), row.getLong(2));
                });
        return versions;
    }

    /**
     * The visits as they became in these of the patient's versions; none in place of a version that is about no visit.
     *
     * @throws org.axonframework.serialization.SerializationException when one of the events cannot be read
     */
    public List<Visit> visitsAt(String patientId, Collection<Long> versions) {
        return storage.readEventsAt(patientId, versions)
                .map(message -> ((PatientEvent) message.getPayload()).visit())
                .<Visit>mapMulti((visit, visits) -> {
                    if (visit != null) {
                        visits.accept(visit);
                    }
                })
                .toList();
    }

    /** The stored name of each event by its version, which can be read of a forgotten patient too. */
    public Map<Long, String> typesOf(String patientId) {
        Map<Long, String> types = new HashMap<>();
        jdbc.sql("select sequence_number + 1, payload_type from domain_event where aggregate_id = ?")
                .param(UUID.fromString(patientId))
                .query(row -> {
                    types.put(row.getLong(1), row.getString(2));
                });
        return types;
    }

    /** How many events the patient has; empty when there is no such patient, or the id is no UUID. */
    public Optional<Long> currentVersion(String patientId) {
        return isUuid(patientId) ? storage.lastSequenceNumberFor(patientId).map(last -> last + 1) : Optional.empty();
    }

    /**
     * Whether a caller of these branches may see the patient, found out by one query that is the same whether there is such a
     * patient or not: who is refused learns nothing from the time it took. Nothing is asked for callers of all branches, nor for
     * a patient whom one of the branches was shown a while ago; and nobody is refused while the database is away. So
     * {@code false} is final; {@code true} is not, for the patient may not be there, or have moved: that is for whoever loads
     * it to see.
     */
    public boolean maySee(BranchScope branches, String patientId) {
        if (branches.branches() == null) {
            return true;
        }
        String shown = shownLately.getIfPresent(patientId);
        if (shown != null && branches.covers(shown)) {
            return true;
        }
        try {
            Optional<String> home = homeBranch(patientId).filter(branches::covers);
            home.ifPresent(branch -> shownLately.put(patientId, branch));
            return home.isPresent();
        } catch (DataAccessException away) {
            return true;
        }
    }

    /** Whether the patient is at home in one of these branches now, or was when it was erased; for those of all, whoever it is. */
    public boolean isAtHomeIn(BranchScope branches, String patientId) {
        return branches.branches() == null
                || homeBranch(patientId).filter(branches::covers).isPresent();
    }

    /** Where the patient is at home, or was when it was erased; empty when there is no such patient, or the id is no UUID. */
    public Optional<String> homeBranch(String patientId) {
        return isUuid(patientId)
                ? jdbc.sql("select metadata ->> '" + HomeBranch.KEY + "' from domain_event where aggregate_id = ?"
                                + " order by sequence_number desc limit 1")
                        .param(UUID.fromString(patientId))
                        .query(String.class)
                        .optional()
                : Optional.empty();
    }

    /** As ids are stored, and in no other spelling. */
    private static boolean isUuid(String id) {
        return Uuids.parse(id).map(UUID::toString).filter(id::equals).isPresent();
    }
}
