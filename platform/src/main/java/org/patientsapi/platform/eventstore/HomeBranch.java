package org.patientsapi.platform.eventstore;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.BranchScope;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientEvent.PatientRegistered;
import org.patientsapi.api.PatientEvent.PatientTransferred;

/**
 * Which branch was the patient's home at an event. It stands in the clear in the event's metadata, so that who may see the
 * event is known without folding all that came before, and also when the event can no longer be read.
 *
 * @param branchId the home after the event
 * @param left the home before, for a transfer only: both see it
 */
public record HomeBranch(String branchId, @Nullable String left) {

    /** The name in the metadata. */
    static final String KEY = "home_branch";

    private static final String LEFT = "left_branch";

    /** @param before the home branch so far; {@code null} before the registration */
    public static HomeBranch at(PatientEvent event, @Nullable String before) {
        if (event instanceof PatientRegistered registered) {
            return new HomeBranch(registered.branchId(), null);
        }
        if (before == null) {
            throw new IllegalStateException("The first event of a patient is its registration");
        }
        return event instanceof PatientTransferred transferred
                ? new HomeBranch(transferred.branchId(), before)
                : new HomeBranch(before, null);
    }

    static @Nullable HomeBranch in(Map<String, ?> metadata) {
        return metadata.get(KEY) instanceof String branchId
                ? new HomeBranch(branchId, metadata.get(LEFT) instanceof String left ? left : null)
                : null;
    }

    public Map<String, String> metadata() {
        return left == null ? Map.of(KEY, branchId) : Map.of(KEY, branchId, LEFT, left);
    }

    public boolean isOneOf(BranchScope branches) {
        return branches.covers(branchId) || (left != null && branches.covers(left));
    }
}
