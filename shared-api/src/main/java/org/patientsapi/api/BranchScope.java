package org.patientsapi.api;

import java.util.Set;
import org.jspecify.annotations.Nullable;

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
}
