package org.patientsapi.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Refusal.DuplicatePatient;
import org.patientsapi.platform.database.SqlArrays;
import org.patientsapi.platform.erasure.IdentityClaims;
import org.patientsapi.platform.vault.KeyVault;
import org.patientsapi.platform.vault.PatientKeys;
import org.patientsapi.values.InvalidFields;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/**
 * Claims as rows under a unique constraint, so that PostgreSQL decides between any number of nodes. A row holds only a
 * keyed hash of what is claimed: without the vault's key nobody can try out phones against it.
 *
 * <p>Rank 0 is the claim that a newcomer collides with. Those registered as distinct from its holder stand behind it with
 * higher ranks, and the next of them moves up when the holder gives it back: who is left is still found by the next
 * registration.
 */
@Component
class JdbcIdentities implements Identities {

    /** More than any household has. */
    private static final int MOST_WHO_SHARE = 50;

    private final JdbcClient jdbc;
    private final KeyVault vault;
    private final PatientKeys keys;

    JdbcIdentities(JdbcClient jdbc, KeyVault vault, PatientKeys keys) {
        this.jdbc = jdbc;
        this.vault = vault;
        this.keys = keys;
    }

    @Override
    public void enrol(String patientId, String patientNumber) {
        keys.create(patientId, patientNumber);
    }

    @Override
    public List<String> requireShared(Identity identity, String other) {
        return requireShared(shareable(identity), other);
    }

    @Override
    public List<String> requireSharedAmong(List<String> found, Identity identity, String other) {
        Claim shared = shareable(identity);
        IdentityClaims.lock(jdbc, hash(shared));
        List<String> sharing = requireShared(shared, other);
        if (!found.containsAll(sharing)) {
            throw new OptimisticLockingFailureException("Somebody has come to share the claim meanwhile");
        }
        return sharing;
    }

    private static Claim shareable(Identity identity) {
        return identity.claims().stream()
                .filter(claim -> claim.kind().canBeShared)
                .findFirst()
                .orElseThrow(() -> new InvalidFields(
                        "duplicate_override",
                        "not_applicable",
                        "Without a phone and a complete date of birth nobody is a duplicate."));
    }

    private List<String> requireShared(Claim shared, String other) {
        // Nobody else behind the holder: as the twin of one of them the holder could be registered a second time.
        if (Stream.of(shared, shared.withoutSiblings())
                .distinct()
                .flatMap(claim -> holder(claim, Set.of()).stream())
                .noneMatch(holder -> holder.isPatient(other))) {
            throw new InvalidFields(
                    "duplicate_override.of",
                    "not_a_duplicate",
                    "This is not the patient that the registration is refused for without it.");
        }
        return jdbc.sql("SELECT patient_id FROM identity_claim WHERE kind = ? AND hash = ? ORDER BY patient_id")
                .params(shared.kind().name(), hash(shared))
                .query((row, n) -> row.getString(1))
                .list();
    }

    @Override
    public void claim(String patientId, @Nullable Identity before, Identity after, Set<String> distinct) {
        List<Claim> held = before == null ? List.of() : before.claims();
        List<Claim> wanted = after.claims();
        held.stream()
                .filter(claim -> !wanted.contains(claim))
                .forEach(claim -> IdentityClaims.free(
                        jdbc, UUID.fromString(patientId), claim.kind().name(), hash(claim)));

        List<Taken> taken = new ArrayList<>();
        for (Claim claim : wanted) {
            if (!held.contains(claim)) {
                // To be known for another person than its holder gives nobody an ABHA number.
                Set<String> sharing = claim.kind().canBeShared ? distinct : Set.of();
                take(patientId, claim, sharing).ifPresent(holder -> taken.add(new Taken(claim, holder)));
            }
        }
        if (!taken.isEmpty()) {
            throw refusal(taken);
        }
    }

    private static DuplicatePatient refusal(List<Taken> taken) {
        Holder holder = taken.getFirst().holder();
        List<String> matchedOn = taken.stream()
                .filter(each -> each.holder().equals(holder))
                .flatMap(each -> each.claim().kind().fields.stream())
                .toList();
        return new DuplicatePatient(holder.patientId().toString(), holder.patientNumber(), matchedOn);
    }

    /**
     * @param sharing behind whom the claim may be taken
     * @return who has it, where it cannot be taken
     */
    private Optional<Holder> take(String patientId, Claim claim, Set<String> sharing) {
        boolean mayShare = !claim.siblings().isEmpty() || !sharing.isEmpty();
        // Waits for a transaction that is about to take the same claim, and then sees how that ended.
        while (insert(patientId, claim, 0) == 0) {
            if (mayShare) {
                // Nobody comes or goes any more until the transaction ends.
                IdentityClaims.lock(jdbc, hash(claim));
            }
            Optional<Holder> holder = holder(claim, sharing);
            if (holder.isPresent()) {
                requireAnother(patientId, holder.get());
                return holder;
            }
            if (mayShare && insertBehind(patientId, claim) == 1) {
                return Optional.empty();
            }
            // Whoever had it has let it go meanwhile.
        }
        return Optional.empty();
    }

    /** Whoever holds the claim already was loaded before another node had given it to them: what is asked is decided anew. */
    private static void requireAnother(String patientId, Holder holder) {
        if (holder.isPatient(patientId)) {
            throw new OptimisticLockingFailureException("Another node has changed the patient meanwhile");
        }
    }

    /** In the first free rank, so that whoever comes and goes uses none up. */
    private int insertBehind(String patientId, Claim claim) {
        int free = jdbc.sql("SELECT rank FROM generate_series(0, ?) AS rank WHERE rank NOT IN"
                        + " (SELECT rank FROM identity_claim WHERE kind = ? AND hash = ?) ORDER BY rank LIMIT 1")
                .params(MOST_WHO_SHARE - 1, claim.kind().name(), hash(claim))
                .query(Integer.class)
                .optional()
                .orElseThrow(() -> new InvalidFields(
                        claim.kind().fields.getFirst(),
                        "too_many",
                        "At most " + MOST_WHO_SHARE + " patients share a phone and a date of birth."));
        return insert(patientId, claim, free);
    }

    private int insert(String patientId, Claim claim, int rank) {
        return jdbc.sql("INSERT INTO identity_claim (kind, hash, rank, patient_id) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (kind, hash, rank) DO NOTHING")
                .params(claim.kind().name(), hash(claim), rank, UUID.fromString(patientId))
                .update();
    }

    /** The first of those who have it and are neither known to be distinct nor siblings. */
    private Optional<Holder> holder(Claim claim, Set<String> distinct) {
        return jdbc.sql("SELECT patient_id, patient_number FROM identity_claim held JOIN patient_key USING (patient_id)"
                        + " WHERE kind = ? AND hash = ? AND patient_id <> ALL (?) AND NOT EXISTS (SELECT FROM identity_claim"
                        + " WHERE patient_id = held.patient_id AND kind = ? AND hash = ANY (?)) ORDER BY rank LIMIT 1")
                .params(
                        claim.kind().name(),
                        hash(claim),
                        SqlArrays.uuids(distinct),
                        Kind.BIRTH.name(),
                        new SqlArrayValue("bytea", (Object[])
                                claim.siblings().stream().map(this::hash).toArray(byte[][]::new)))
                .query(Holder.class)
                .optional();
    }

    private byte[] hash(Claim claim) {
        return vault.keyedHash(claim.kind().name(), claim.value());
    }

    private record Holder(UUID patientId, String patientNumber) {

        boolean isPatient(String id) {
            return patientId.equals(UUID.fromString(id));
        }
    }

    private record Taken(Claim claim, Holder holder) {}
}
