package org.patientsapi.api;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is left of somebody who was erased: the entry in the erasure ledger, which is also the certificate that it was done.
 * It tells nothing about the person.
 *
 * @param id the patient's
 * @param patientId the number that was on the card, and will be on no other
 * @param branchId the home branch
 * @param reason the code of an {@link org.patientsapi.values.ErasureReason}
 * @param holdUntil so long the law keeps the key of the hidden record; {@code null} where nothing does
 * @param keyDestroyedAt since then nobody can read what was stored of the patient; {@code null} before
 * @param indexPurgedAt since then the search engine's files hold nothing of the patient; {@code null} before
 * @param actor on whose request
 */
public record Erasure(
        String id,
        String patientId,
        String branchId,
        String reason,
        Instant erasedAt,
        @Nullable Instant holdUntil,
        @Nullable Instant keyDestroyedAt,
        @Nullable Instant indexPurgedAt,
        Actor actor,
        String requestId) {

    /** Also read from files, which may lack what a certificate must hold. */
    public Erasure {
        if (!UUID.fromString(id).toString().equals(id)) {
            throw new IllegalArgumentException("a patient's id is a UUID");
        }
        requireNonNull(patientId, "patientId");
        requireNonNull(branchId, "branchId");
        requireNonNull(reason, "reason");
        requireNonNull(erasedAt, "erasedAt");
        requireNonNull(actor, "actor");
        requireNonNull(requestId, "requestId");
    }

    public Erasure withoutIndexPurge() {
        return new Erasure(
                id, patientId, branchId, reason, erasedAt, holdUntil, keyDestroyedAt, null, actor, requestId);
    }

    /** A key that the law keeps is destroyed when it no longer does; what says otherwise was written of one that was not there. */
    public Erasure withoutEarlyDestruction() {
        return keyDestroyedAt == null || holdUntil == null || !keyDestroyedAt.isBefore(holdUntil)
                ? this
                : new Erasure(
                        id, patientId, branchId, reason, erasedAt, holdUntil, null, indexPurgedAt, actor, requestId);
    }

    /**
     * @param client the application
     * @param subject the person or service that it acted for
     */
    public record Actor(String client, String subject) {

        public Actor {
            requireNonNull(client, "client");
            requireNonNull(subject, "subject");
        }
    }
}
