package org.patientsapi.platform.audit;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.security.Caller;

/**
 * That somebody saw, found or was refused patients. Who they are is told by id only.
 *
 * @param accessId UUIDv7, by which a record that was sent twice is recognised
 * @param at to the microsecond, as the database keeps it
 * @param action method and route, such as {@code GET /patients/{id}}
 * @param reason why it was refused: the code of the problem document
 * @param version of the one patient that was shown
 * @param branch those that the caller's token is limited to, joined by commas; {@code null} for all
 * @param source address that the request came from
 * @param patientIds those who were shown, or whom the refused request was about; none where it named nobody there is
 */
public record Access(
        UUID accessId,
        Instant at,
        Kind kind,
        String action,
        @Nullable String reason,
        @Nullable Long version,
        String client,
        String subject,
        @Nullable String branch,
        String source,
        String requestId,
        List<String> patientIds) {

    /** What an access was. */
    public enum Kind {
        READ,
        SEARCH,
        REFUSAL;

        /** As the contract names it. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String code) {
            return valueOf(code.toUpperCase(Locale.ROOT));
        }
    }

    /** One patient was shown. */
    public static Access read(Caller caller, Instant at, String patientId, @Nullable Long version) {
        return of(caller, at, Kind.READ, null, version, List.of(patientId));
    }

    /** A list or search showed these patients, or nobody. */
    public static Access search(Caller caller, Instant at, Collection<String> patientIds) {
        return of(caller, at, Kind.SEARCH, null, null, patientIds);
    }

    /** The caller was refused, with the code of the problem document. */
    static Access refusal(Caller caller, Instant at, String reason, Collection<String> patientIds) {
        return of(caller, at, Kind.REFUSAL, reason, null, patientIds);
    }

    /** In which the database keeps it. */
    YearMonth month() {
        return YearMonth.from(at.atOffset(ZoneOffset.UTC));
    }

    private static Access of(
            Caller caller,
            Instant at,
            Kind kind,
            @Nullable String reason,
            @Nullable Long version,
            Collection<String> patientIds) {
        return new Access(
                UuidCreator.getTimeOrderedEpoch(),
                at.truncatedTo(ChronoUnit.MICROS),
                kind,
                caller.operation(),
                reason,
                version,
                caller.clientId(),
                caller.subject(),
                caller.branchNames(),
                caller.sourceAddress(),
                caller.requestId(),
                List.copyOf(patientIds));
    }
}
