package org.patientsapi.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One contact of a patient with the hospital: an outpatient visit ({@code OPD}) on a {@code date}, or an admission
 * ({@code IPD}) from {@code admittedAt} until {@code dischargedAt}.
 *
 * @param status OPD: {@code recorded} or {@code cancelled}; IPD: {@code admitted}, {@code discharged} or
 *     {@code cancelled}
 */
public record Visit(
        String visitId,
        String type,
        String branchId,
        @Nullable LocalDate date,
        @Nullable Instant admittedAt,
        @Nullable Instant dischargedAt,
        Provider provider,
        @Nullable String department,
        @Nullable String reason,
        String status) {

    public static final String OPD = "OPD";
    public static final String IPD = "IPD";
    public static final String RECORDED = "recorded";
    public static final String ADMITTED = "admitted";
    public static final String DISCHARGED = "discharged";
    public static final String CANCELLED = "cancelled";

    /** Who saw the patient: the hospital's own identifier of the practitioner, and the name as read out. */
    public record Provider(@Nullable String id, String name) {}

    @JsonIgnore
    public boolean isCancelled() {
        return status.equals(CANCELLED);
    }

    @JsonIgnore
    public boolean isOpenAdmission() {
        return status.equals(ADMITTED);
    }

    /** The day that the visit counts for, on the hospital's calendar. */
    public LocalDate dayIn(ZoneId zone) {
        return date != null
                ? date
                : Objects.requireNonNull(admittedAt, "an admission has its time")
                        .atZone(zone)
                        .toLocalDate();
    }

    /** Newest first; visits of one day in a fixed order. */
    public static Comparator<Visit> newestFirst(ZoneId zone) {
        return Comparator.<Visit, LocalDate>comparing(visit -> visit.dayIn(zone))
                .thenComparing(Visit::visitId)
                .reversed();
    }
}
