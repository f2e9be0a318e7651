package org.patientsapi.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that the hospital and other institutions know the person by. Of an Aadhaar number only the masked form
 * exists anywhere in the product: whoever stores the number itself needs a UIDAI data vault, and the way not to need one
 * is not to store it.
 *
 * @param patientId the human-readable number on the card
 * @param abhaId {@code XX-XXXX-XXXX-XXXX}
 * @param aadhaar {@code XXXX-XXXX-1234}
 * @param aadhaarVerified whether the desk has verified the number with UIDAI
 */
public record Identifiers(
        String patientId,
        @Nullable String abhaId,
        @Nullable String abhaAddress,
        @Nullable String aadhaar,
        boolean aadhaarVerified,
        List<Insurance> insurance) {

    /** Dates are {@code YYYY-MM-DD}, both inclusive. */
    public record Insurance(
            String provider,
            String policyNumber,
            @Nullable String memberId,
            @Nullable String validFrom,
            @Nullable String validUntil) {}
}
