package org.patientsapi.platform.audit;

import java.security.PublicKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.audit.SealedLog.Row;

/**
 * Holds a database against its seals, trusting nothing in it: only the public key, and the last seal that somebody kept
 * elsewhere. Works on the product's own database, on a copy, or on a restored backup, with the right to read only.
 */
final class AuditVerification {

    /** More would say nothing new. */
    private static final int MOST_FINDINGS = 100;

    private static final int FETCH = 1000;
    private static final Period SHORTEST_RETENTION = Period.ofDays(365);

    private final Connection connection;
    private final PublicKey key;
    private final @Nullable Seal known;
    private final List<String> findings = new ArrayList<>();
    private final Map<SealedLog, Long> sealedUpTo = new EnumMap<>(SealedLog.class);
    private long rows;
    private @Nullable Seal last;
    private boolean knownSeen;

    private AuditVerification(Connection connection, PublicKey key, @Nullable Seal known) {
        this.connection = connection;
        this.key = key;
        this.known = known;
    }

    /**
     * What was found.
     *
     * @param findings what is not as it was sealed; nothing if all is well
     * @param seals how many were checked
     * @param rows how many rows lie under them
     * @param unsealed rows so new that no seal covers them yet, by log
     * @param last the newest seal
     */
    record Report(
            List<String> findings,
            long seals,
            long rows,
            Map<SealedLog, Long> unsealed,
            @Nullable Seal last) {}

    /**
     * @param known a seal that was kept elsewhere, by which it is noticed that newer ones were cut off; {@code null} to do
     *     without
     */
    static Report verify(Connection connection, PublicKey key, @Nullable Seal known) throws SQLException {
        return new AuditVerification(connection, key, known).verify();
    }

    private Report verify() throws SQLException {
        Set<String> dropped = droppedMonths();
        try (PreparedStatement statement = connection.prepareStatement(Seals.SELECT + " order by number")) {
            statement.setFetchSize(FETCH);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next() && findings.size() < MOST_FINDINGS) {
                    check(Seal.read(row, 0), dropped);
                }
            }
        }
        if (known != null && !knownSeen) {
            find("The seal %d that was kept elsewhere is not among the seals: the end was cut off", known.number());
        }
        Map<SealedLog, Long> unsealed = new EnumMap<>(SealedLog.class);
        for (SealedLog log : SealedLog.values()) {
            unsealed.put(log, log.countAfter(connection, sealedUpTo.getOrDefault(log, 0L)));
        }
        return new Report(List.copyOf(findings), last == null ? 0 : last.number(), rows, unsealed, last);
    }

    private Set<String> droppedMonths() throws SQLException {
        Set<String> months = new TreeSet<>();
        try (PreparedStatement statement =
                        connection.prepareStatement("select month from audit_seal where kind = 'dropped'");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                months.add(row.getString(1));
            }
        }
        return months;
    }

    private void check(Seal seal, Set<String> dropped) throws SQLException {
        long expected = last == null ? 1 : last.number() + 1;
        if (seal.number() != expected) {
            find("Seal %d follows where seal %d should be", seal.number(), expected);
        }
        if (!seal.previous().equals(last == null ? Seal.NONE_BEFORE : last.hash())) {
            find("Seal %d does not name the seal before it", seal.number());
        }
        if (!AuditKey.verifies(key, seal)) {
            find("Seal %d is not signed by the key that is trusted", seal.number());
        }
        if (known != null && seal.number() == known.number()) {
            knownSeen = true;
            if (!seal.text().equals(known.text())) {
                find("Seal %d is another one than the one that was kept elsewhere", seal.number());
            }
        }
        if (seal.kind().equals(Seal.DROPPED)) {
            checkDrop(seal);
        } else {
            checkRows(seal, dropped.contains(String.valueOf(seal.month())));
        }
        last = seal;
    }

    private void checkDrop(Seal seal) {
        YearMonth month = YearMonth.parse(String.valueOf(seal.month()));
        boolean inTime = !month.plusMonths(1)
                .atDay(1)
                .plus(SHORTEST_RETENTION)
                .atStartOfDay()
                .toInstant(ZoneOffset.UTC)
                .isAfter(seal.sealedAt());
        if (!inTime) {
            find("The accesses of %s were dropped less than a year after (seal %d)", month, seal.number());
        }
    }

    private void checkRows(Seal seal, boolean dropped) throws SQLException {
        SealedLog log = SealedLog.of(seal.log());
        if (seal.afterPlace() != sealedUpTo.getOrDefault(log, 0L)) {
            find("Seal %d leaves places of the %s out", seal.number(), seal.log());
        }
        sealedUpTo.put(log, seal.upToPlace());
        // One more than there should be is enough to know.
        List<Row> found = log.rows(connection, seal.afterPlace(), seal.upToPlace(), seal.leaves() + 1);
        rows += found.size();
        String where = "%s from place %d to %d (seal %d)"
                .formatted(seal.log(), seal.afterPlace() + 1, seal.upToPlace(), seal.number());
        if (dropped) {
            if (!found.isEmpty()) {
                find("%s: there are rows of a month that was dropped", where);
            }
        } else if (found.size() != seal.leaves()) {
            find(
                    "%s: there are %s%d rows, and %d were sealed",
                    where, found.size() > seal.leaves() ? "at least " : "", found.size(), seal.leaves());
        } else if (!root(found).equals(seal.root())) {
            find("%s: something was changed", where);
        }
    }

    private static String root(List<Row> rows) {
        return HexFormat.of()
                .formatHex(MerkleTree.root(rows.stream()
                        .map(row -> MerkleTree.leafHash(row.leaf()))
                        .toList()));
    }

    private void find(String form, Object... values) {
        findings.add(form.formatted(values));
    }
}
