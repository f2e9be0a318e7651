package org.patientsapi.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a command or query was not carried out. Each kind answers with one HTTP status and one stable code; none carries
 * personal data or a stack trace, since being refused is an ordinary outcome.
 */
public abstract sealed class Refusal extends RuntimeException {

    private Refusal(String message) {
        super(message, null, false, false);
    }

    /** No such patient, or one in a branch that the caller may not see: the two must look the same. */
    public static final class PatientNotFound extends Refusal {
        private final @Nullable String patientId;

        public PatientNotFound() {
            this(null);
        }

        /** @param patientId who was asked for, where the path does not say */
        public PatientNotFound(@Nullable String patientId) {
            super("There is no such patient.");
            this.patientId = patientId;
        }

        /** For the record of it, and not for the answer. */
        public @Nullable String patientId() {
            return patientId;
        }
    }

    /** No such visit of this patient. */
    public static final class VisitNotFound extends Refusal {
        public VisitNotFound() {
            super("The patient has no such visit.");
        }
    }

    /** The visit can no longer, or not yet, be what the request makes of it. */
    public static final class VisitConflict extends Refusal {
        private final String visitId;

        private VisitConflict(String message, String visitId) {
            super(message);
            this.visitId = visitId;
        }

        /** Nobody lies in two beds. */
        public static VisitConflict stillAdmitted(String openVisitId) {
            return new VisitConflict("The patient is admitted already and was not discharged yet.", openVisitId);
        }

        public static VisitConflict cancelled(String visitId) {
            return new VisitConflict("The visit was cancelled, which cannot be undone.", visitId);
        }

        /** The visit that is in the way. */
        public String visitId() {
            return visitId;
        }
    }

    /** Somebody with the same phone and date of birth, or the same ABHA number, is already registered. */
    public static final class DuplicatePatient extends Refusal {
        private final String existingId;
        private final String existingNumber;
        private final List<String> matchedOn;

        public DuplicatePatient(String existingId, String existingNumber, List<String> matchedOn) {
            super("A patient with the same " + String.join(" and ", matchedOn) + " is already registered.");
            this.existingId = existingId;
            this.existingNumber = existingNumber;
            this.matchedOn = List.copyOf(matchedOn);
        }

        public String existingId() {
            return existingId;
        }

        public String existingNumber() {
            return existingNumber;
        }

        /** The contract's field names, such as {@code phone} and {@code date_of_birth}. */
        public List<String> matchedOn() {
            return matchedOn;
        }
    }

    /** The caller's {@code If-Match} names another version than the current one. */
    public static final class StaleVersion extends Refusal {
        private final long currentVersion;

        public StaleVersion(long currentVersion) {
            super("This has changed since the version named in If-Match.");
            this.currentVersion = currentVersion;
        }

        public long currentVersion() {
            return currentVersion;
        }
    }

    /** The key of an erased patient is to be destroyed before the law allows it. */
    public static final class LegalHold extends Refusal {
        public LegalHold() {
            super(
                    "There is a legal hold: erase without immediate. The patient is hidden at once, and the key destroyed when"
                            + " the hold ends.");
        }
    }

    /** The caller's token is limited to branches and the named one is not among them. */
    public static final class BranchNotGranted extends Refusal {
        public BranchNotGranted() {
            super("The token does not grant access to this branch.");
        }
    }

    /** The first request with this {@code Idempotency-Key} has not been answered yet. */
    public static final class IdempotencyKeyInUse extends Refusal {
        public IdempotencyKeyInUse() {
            super("The first request with this Idempotency-Key is still running.");
        }
    }

    /** This {@code Idempotency-Key} was sent before with another request. */
    public static final class IdempotencyKeyReused extends Refusal {
        public IdempotencyKeyReused() {
            super("This Idempotency-Key was sent before with another request.");
        }
    }

    /** A store that the answer needs is away; asking again soon may help. */
    public static final class StoreUnavailable extends Refusal {
        public StoreUnavailable(String store) {
            super("The " + store + " is not available at the moment.");
        }
    }
}
