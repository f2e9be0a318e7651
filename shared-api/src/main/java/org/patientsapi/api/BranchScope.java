package org.patientsapi.api;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Refusal.BranchNotGranted;

/**
 * The branches a caller may see and write: those in the token's {@code branch_ids}, or all where the token has none.
 *
 * @param branches {@code null} for all
 */
public record BranchScope(@Nullable Set<String> branches) {

    public static final BranchScope ALL = new BranchScope(null);

    public static BranchScope of(Set<String> branches) {
        return new BranchScope(Set.copyOf(branches));
    }

    public boolean covers(String branchId) {
        return branches == null || branches.contains(branchId);
    }

    /**
     * @param branchId that a request names, if it names one
     * @throws BranchNotGranted if it is not covered; what the token covers its holder knows anyway
     */
    public void require(@Nullable String branchId) {
        if (branchId != null && !covers(branchId)) {
            throw new BranchNotGranted();
        }
    }
}
