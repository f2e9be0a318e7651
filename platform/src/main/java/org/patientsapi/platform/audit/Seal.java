package org.patientsapi.platform.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A signed statement about a stretch of one log, naming the seal before it. Hashes and signatures are in hexadecimal.
 *
 * @param number counts from 1 over all logs, without holes
 * @param kind {@link #ROWS}, or {@link #DROPPED} where a month's access records were dropped after their time
 * @param log {@code events} or {@code accesses}
 * @param month of the access records, {@code YYYY-MM} in UTC; {@code null} for events
 * @param afterPlace the stretch begins behind this place, which is where the log's seal before ended
 * @param upToPlace the last place of the stretch
 * @param leaves how many rows there are, or were, in it
 * @param root of the Merkle tree over the rows, in the order of their places
 * @param previous SHA-256 of the text that was signed for the seal before; zeros for the first
 * @param sealedAt to the microsecond
 * @param signature Ed25519, of {@link #text()}
 */
public record Seal(
        long number,
        String kind,
        String log,
        @Nullable String month,
        long afterPlace,
        long upToPlace,
        long leaves,
        String root,
        String previous,
        Instant sealedAt,
        String keyId,
        String signature) {

    static final String ROWS = "rows";
    static final String DROPPED = "dropped";
    static final String NONE_BEFORE = "00".repeat(32);

    private static final Pattern MONTH = Pattern.compile("\\d{4}-(0[1-9]|1[0-2])");
    private static final Pattern SIGNATURE = Pattern.compile("[0-9a-f]{128}");

    /** What is signed: lines that a person can read. */
    public String text() {
        return String.join(
                "\n",
                "patients-api audit seal 1",
                "number " + number,
                "kind " + kind,
                "log " + log,
                "month " + (month == null ? "-" : month),
                "after " + afterPlace,
                "up_to " + upToPlace,
                "leaves " + leaves,
                "root " + root,
                "previous " + previous,
                "sealed_at " + sealedAt,
                "key " + keyId,
                "");
    }

    /** False for what can be no seal, whoever signed it. */
    boolean isWellFormed() {
        return Stream.of(kind, log, root, previous, sealedAt, keyId, signature).allMatch(Objects::nonNull)
                && (kind.equals(ROWS) || (kind.equals(DROPPED) && month != null))
                && Stream.of(SealedLog.values()).anyMatch(each -> each.code().equals(log))
                // So many rows and one more are read, of whatever somebody has written here.
                && leaves >= 0
                && leaves < Long.MAX_VALUE
                && (month == null || MONTH.matcher(month).matches())
                && SIGNATURE.matcher(signature).matches();
    }

    String hash() {
        return HexFormat.of().formatHex(MerkleTree.sha256(text().getBytes(UTF_8)));
    }

    Seal signed(AuditKey key) {
        return new Seal(
                number,
                kind,
                log,
                month,
                afterPlace,
                upToPlace,
                leaves,
                root,
                previous,
                sealedAt,
                keyId,
                key.sign(text()));
    }

    /** Whatever stands there: who has changed the table can have made nulls of anything, see {@link #isWellFormed}. */
    @SuppressWarnings("NullAway")
    static Seal read(ResultSet row, int number) throws SQLException {
        OffsetDateTime sealedAt = row.getObject("sealed_at", OffsetDateTime.class);
        return new Seal(
                row.getLong("number"),
                row.getString("kind"),
                row.getString("log"),
                row.getString("month"),
                row.getLong("after_place"),
                row.getLong("up_to_place"),
                row.getLong("leaves"),
                hex(row, "root"),
                hex(row, "previous"),
                sealedAt == null ? null : sealedAt.toInstant(),
                row.getString("key_id"),
                hex(row, "signature"));
    }

    private static @Nullable String hex(ResultSet row, String column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        return bytes == null ? null : HexFormat.of().formatHex(bytes);
    }
}
