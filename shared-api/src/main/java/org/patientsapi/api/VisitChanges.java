package org.patientsapi.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a client may say of a visit, field by field: a new visit is these changes made to none, a patch the same
 * made to one.
 *
 * @param admittedAt as {@link Visit} keeps times, like {@code dischargedAt}
 * @param cancelled whether the visit is to be cancelled, which cannot be undone
 */
public record VisitChanges(
        Change<String> branchId,
        Change<String> date,
        Change<String> admittedAt,
        Change<String> dischargedAt,
        Change<String> providerId,
        Change<String> providerName,
        Change<String> department,
        Change<String> reason,
        boolean cancelled) {

    /** A new visit. */
    public Visit visit(String visitId, long version, String type, String branchId) {
        String discharged = dischargedAt.value();
        return new Visit(
                visitId,
                version,
                type,
                branchId,
                date.value(),
                admittedAt.value(),
                discharged,
                new Visit.Provider(
                        providerId.value(),
                        Objects.requireNonNull(
                                providerName.value(), "required fields are checked where the request is read")),
                department.value(),
                reason.value(),
                statusOf(type, discharged));
    }

    /** The visit after these changes, in the version that they make. */
    public Visit on(Visit current, long version) {
        String discharged = dischargedAt.after(current.dischargedAt());
        return new Visit(
                current.visitId(),
                version,
                current.type(),
                Objects.requireNonNullElse(branchId.value(), current.branchId()),
                date.after(current.date()),
                admittedAt.after(current.admittedAt()),
                discharged,
                new Visit.Provider(
                        providerId.after(current.provider().id()),
                        Objects.requireNonNullElse(
                                providerName.value(), current.provider().name())),
                department.after(current.department()),
                reason.after(current.reason()),
                cancelled || current.isCancelled() ? Visit.CANCELLED : statusOf(current.type(), discharged));
    }

    private static String statusOf(String type, @Nullable String dischargedAt) {
        if (type.equals(Visit.OPD)) {
            return Visit.RECORDED;
        }
        return dischargedAt == null ? Visit.ADMITTED : Visit.DISCHARGED;
    }
}
