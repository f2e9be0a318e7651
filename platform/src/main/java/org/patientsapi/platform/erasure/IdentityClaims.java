package org.patientsapi.platform.erasure;

import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What registering and erasing have in common about claims. Works in the current transaction. */
public final class IdentityClaims {

    private IdentityClaims() {}

    /** Of those who come to stand behind a claim's holder, or leave it, each has to see what the one before has done. */
    public static void lock(JdbcClient jdbc, byte[] hash) {
        jdbc.sql("SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtextextended(encode(?, 'hex'), 0))) AS locked")
                .param(hash)
                .query(Integer.class)
                .single();
    }

    /** Who shares the claim is still found by the next registration: the next of them moves up. */
    public static void free(JdbcClient jdbc, UUID patientId, String kind, byte[] hash) {
        lock(jdbc, hash);
        List<Integer> freed = jdbc.sql(
                        "DELETE FROM identity_claim WHERE kind = ? AND hash = ? AND patient_id = ? RETURNING rank")
                .params(kind, hash, patientId)
                .query((row, n) -> row.getInt("rank"))
                .list();
        if (freed.contains(0)) {
            jdbc.sql("UPDATE identity_claim SET rank = 0 WHERE kind = ? AND hash = ? AND rank ="
                            + " (SELECT min(rank) FROM identity_claim WHERE kind = ? AND hash = ?)")
                    .params(kind, hash, kind, hash)
                    .update();
        }
    }
}
