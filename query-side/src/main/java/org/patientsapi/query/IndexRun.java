package org.patientsapi.query;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.OffsetDateTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A run over all patients, as operators see it.
 *
 * @param reason {@code asked_for}, {@code scheduled}, {@code definition_changed} or {@code index_missing}
 * @param generation of a rebuild, once it has begun
 * @param doneThrough every patient up to this id is done
 * @param total patients, when it began
 * @param unreadable patients whose events cannot be read; they are parked
 * @param eventsPerSecond since it was begun or last resumed
 * @param missing documents that were not there
 * @param outdated those in an older version
 * @param different those in the right version with another content, or in a version that never was
 * @param surplus those of nobody
 * @param repaired how many of these documents were put right
 */
@JsonNaming(SnakeCaseStrategy.class)
record IndexRun(
        long id,
        Kind kind,
        String reason,
        OffsetDateTime askedAt,
        @Nullable OffsetDateTime startedAt,
        @Nullable OffsetDateTime finishedAt,
        @Nullable Integer generation,
        @Nullable String doneThrough,
        long total,
        long patients,
        long events,
        long unreadable,
        float eventsPerSecond,
        long missing,
        long outdated,
        long different,
        long surplus,
        long repaired) {

    enum Kind {
        /** A new generation of the index is built beside the live one, and takes its place. */
        REBUILD,
        /** Every document is held against the events, and put right. */
        CHECK;

        /** As operators and the database name it. */
        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a part of a run found and did; see {@link IndexRun}. */
    record Tally(
            long patients,
            long events,
            long unreadable,
            long missing,
            long outdated,
            long different,
            long surplus,
            long repaired) {}

    /** @return in seconds, at the rate so far; {@code null} where that cannot be told */
    @JsonProperty("remaining_seconds")
    @Nullable
    Long remainingSeconds() {
        if (finishedAt != null || patients == 0 || eventsPerSecond <= 0) {
            return null;
        }
        double eventsPerPatient = (double) events / patients;
        return Math.max(0, Math.round((total - patients) * eventsPerPatient / eventsPerSecond));
    }
}
