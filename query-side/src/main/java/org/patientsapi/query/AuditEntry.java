package org.patientsapi.query;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.audit.Access;
import org.patientsapi.platform.eventstore.RecordedEvent;
import org.patientsapi.platform.security.Caller;

/**
 * One line of a patient's audit.
 *
 * @param entryId of the event or of the access: what its proof is asked by
 * @param kind {@code write}, or the kind of an {@link Access}
 * @param action what happened, such as {@code patient.contact-changed}, or what was asked for: method and route
 * @param version of the patient that was made or shown
 * @param branchId the branches that the caller's token was limited to, joined by commas; {@code null} for all
 * @param source address that the request came from
 * @param reason why it was refused
 * @param changes of a write, field by field
 * @param unreadableVersions of a write: those up to it that cannot be read. Of itself nothing is told then; the changes of those
 *     before it may appear among its own
 */
record AuditEntry(
        String entryId,
        Instant at,
        String kind,
        String action,
        @Nullable Long version,
        Actor actor,
        @Nullable String branchId,
        @Nullable String source,
        @Nullable String requestId,
        @Nullable String reason,
        List<FieldChange> changes,
        List<Long> unreadableVersions) {

    static final String WRITE = "write";
    static final Set<String> KINDS = Set.of(WRITE, "read", "search", "refusal");

    /** Which application, and for whom. */
    record Actor(String client, String subject) {}

    static AuditEntry of(Access access) {
        return new AuditEntry(
                access.accessId().toString(),
                access.at(),
                access.kind().code(),
                access.action(),
                access.version(),
                new Actor(access.client(), access.subject()),
                access.branch(),
                access.source(),
                access.requestId(),
                access.reason(),
                List.of(),
                List.of());
    }

    static AuditEntry of(RecordedEvent event, String type, List<FieldChange> changes, List<Long> unreadableVersions) {
        return new AuditEntry(
                event.eventId(),
                event.at(),
                WRITE,
                type,
                event.version(),
                actor(event.metadata()),
                text(event.metadata(), Caller.BRANCH),
                text(event.metadata(), Caller.SOURCE),
                text(event.metadata(), Caller.REQUEST_ID),
                null,
                changes,
                unreadableVersions);
    }

    static Actor actor(Map<String, ?> metadata) {
        return new Actor(String.valueOf(text(metadata, Caller.CLIENT)), String.valueOf(text(metadata, Caller.SUBJECT)));
    }

    private static @Nullable String text(Map<String, ?> metadata, String name) {
        return metadata.get(name) instanceof String text ? text : null;
    }
}
