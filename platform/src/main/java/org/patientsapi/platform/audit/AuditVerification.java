package org.patientsapi.platform.audit;

import java.io.IOException;
import java.security.PublicKey;
import java.sql.SQLException;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds what is recorded against its seals, trusting nothing but the public key, and the last seal that somebody kept elsewhere.
 */
final class AuditVerification implements SealedRecord.Listener<RuntimeException> {

    /** More would say nothing new. */
    private static final int MOST_FINDINGS = 100;

    private static final Period SHORTEST_RETENTION = Period.ofDays(365);

    private final PublicKey key;
    private final @Nullable Seal known;
    private final Map<String, Month> months = new TreeMap<>();
    private final List<String> findings = new ArrayList<>();
    private final Map<SealedLog, Long> sealedUpTo = new EnumMap<>(SealedLog.class);
    private long seals;
    private long rows;
    private @Nullable Seal last;
    private boolean knownSeen;
    private MerkleTree.Growing stretch = new MerkleTree.Growing();

    private AuditVerification(PublicKey key, @Nullable Seal known) {
        this.key = key;
        this.known = known;
    }

    /** What is to be said of a month's accesses depends on a seal that may come long after them: whether they were dropped. */
    private static final class Month {

        private final List<String> ifKept = new ArrayList<>();
        private final List<String> ifDropped = new ArrayList<>();
        private boolean dropped;
    }

    /**
     * What was found.
     *
     * @param findings what is not as it was sealed; nothing if all is well
     * @param seals how many were checked
     * @param rows how many rows lie under them
     * @param sealedUpTo the last place under a seal, by log
     */
    record Report(List<String> findings, long seals, long rows, Map<SealedLog, Long> sealedUpTo) {}

    /**
     * @param known a seal that was kept elsewhere, by which it is noticed that newer ones were cut off; {@code null} to do
     *     without
     */
    static Report verify(SealedRecord recorded, PublicKey key, @Nullable Seal known) throws IOException, SQLException {
        AuditVerification verification = new AuditVerification(key, known);
        recorded.tell(verification);
        return verification.report();
    }

    private Report report() {
        endStretch();
        for (Month month : months.values()) {
            (month.dropped ? month.ifDropped : month.ifKept).forEach(finding -> add(finding, findings));
        }
        if (known != null && !knownSeen) {
            find("The seal %s that was kept elsewhere is not among the seals: the end was cut off", known.number());
        }
        return new Report(List.copyOf(findings), seals, rows, Map.copyOf(sealedUpTo));
    }

    @Override
    public void seal(Seal seal) {
        endStretch();
        long expected = last == null ? 1 : last.number() + 1;
        if (seal.number() != expected) {
            find("Seal %s follows where seal %s should be", seal.number(), expected);
        }
        if (!seal.previous().equals(last == null ? Seal.NONE_BEFORE : last.hash())) {
            find("Seal %s does not name the seal before it", seal.number());
        }
        if (!AuditKey.verifies(key, seal)) {
            find("Seal %s is not signed by the key that is trusted", seal.number());
        }
        if (known != null && seal.number() == known.number()) {
            knownSeen = true;
            if (!seal.text().equals(known.text())) {
                find("Seal %s is another one than the one that was kept elsewhere", seal.number());
            }
        }
        if (seal.kind().equals(Seal.DROPPED)) {
            checkDrop(seal);
        } else {
            SealedLog log = SealedLog.of(seal.log());
            if (seal.afterPlace() != sealedUpTo.getOrDefault(log, 0L)) {
                find("Seal %s leaves places of the %s out", seal.number(), seal.log());
            }
            sealedUpTo.put(log, seal.upToPlace());
        }
        last = seal;
        seals++;
    }

    private void checkDrop(Seal seal) {
        month(seal).dropped = true;
        YearMonth month = YearMonth.parse(String.valueOf(seal.month()));
        boolean inTime = !month.plusMonths(1)
                .atDay(1)
                .plus(SHORTEST_RETENTION)
                .atStartOfDay()
                .toInstant(ZoneOffset.UTC)
                .isAfter(seal.sealedAt());
        if (!inTime) {
            find("The accesses of %s were dropped less than a year after (seal %s)", month, seal.number());
        }
    }

    @Override
    public void row(SealedLog log, byte[] leaf) {
        rows++;
        if (last == null || !last.kind().equals(Seal.ROWS) || !last.log().equals(log.code())) {
            find("There is a row of the %s under no seal of theirs", log.code());
            return;
        }
        stretch.add(MerkleTree.leafHash(leaf));
    }

    @Override
    public void strays(SealedLog log, long count) {
        find("There are rows of the %s at places that were never given out: %s", log.code(), count);
    }

    @Override
    public void broken(String place) {
        find("What stands in %s is neither a seal nor a row", place);
    }

    private void endStretch() {
        if (last != null && last.kind().equals(Seal.ROWS)) {
            check(last, stretch);
        }
        stretch = new MerkleTree.Growing();
    }

    private void check(Seal seal, MerkleTree.Growing found) {
        String where = "%s from place %s to %s (seal %s)"
                .formatted(seal.log(), seal.afterPlace() + 1, seal.upToPlace(), seal.number());
        Month month = month(seal);
        if (found.leaves() > 0) {
            add("%s: there are rows of a month that was dropped".formatted(where), month.ifDropped);
        }
        if (found.leaves() != seal.leaves()) {
            add(
                    "%s: there are %s%s rows, and %s were sealed"
                            .formatted(
                                    where,
                                    found.leaves() > seal.leaves() ? "at least " : "",
                                    found.leaves(),
                                    seal.leaves()),
                    month.ifKept);
        } else if (!HexFormat.of().formatHex(found.root()).equals(seal.root())) {
            add("%s: something was changed".formatted(where), month.ifKept);
        }
    }

    /** Events have none, which is never dropped. */
    private Month month(Seal seal) {
        return months.computeIfAbsent(String.valueOf(seal.month()), none -> new Month());
    }

    private void find(String form, Object... values) {
        add(form.formatted(values), findings);
    }

    private static void add(String finding, List<String> findings) {
        if (findings.size() < MOST_FINDINGS) {
            findings.add(finding);
        }
    }
}
