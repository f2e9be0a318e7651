package org.patientsapi.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One contact of a patient with the hospital: an outpatient visit ({@code OPD}) on a {@code date}, or an admission
 * ({@code IPD}) from {@code admittedAt} until {@code dischargedAt}. Times are RFC 3339 with the offset of the hospital's own
 * zone, so that the day a visit counts for can be read off them.
 *
 * @param visitId UUIDv7
 * @param version the patient's version with which the visit became as it is; the visit's {@code ETag}
 * @param status OPD: {@code recorded} or {@code cancelled}; IPD: {@code admitted}, {@code discharged} or
 *     {@code cancelled}
 */
public record Visit(
        String visitId,
        long version,
        String type,
        String branchId,
        @Nullable String date,
        @Nullable String admittedAt,
        @Nullable String dischargedAt,
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

    /** Newest first; visits of one time in a fixed order. */
    public static final Comparator<Visit> NEWEST_FIRST =
            Comparator.comparing(Visit::begin).thenComparing(Visit::visitId).reversed();

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

    /** By the hospital's clock; of an outpatient visit the beginning of its day is all that is known. */
    public LocalDateTime begin() {
        return date != null
                ? LocalDate.parse(date).atStartOfDay()
                : OffsetDateTime.parse(Objects.requireNonNull(admittedAt, "an admission has its time"))
                        .toLocalDateTime();
    }

    /** The day that the visit counts for, {@code YYYY-MM-DD}. */
    public String day() {
        return date != null
                ? date
                : Objects.requireNonNull(admittedAt, "an admission has its time")
                        .substring(0, 10);
    }
}
