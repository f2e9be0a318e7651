package org.patientsapi.platform.audit;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.audit.SealedLog.Row;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** The chain of seals as it stands in the database. */
public final class Seals {

    /** All there is of a seal. */
    static final String SELECT = "select number, kind, log, month, after_place, up_to_place, leaves, root, previous,"
            + " sealed_at, key_id, signature from audit_seal";

    private final JdbcClient jdbc;
    private final JdbcOperations connections;
    private final TransactionOperations transactions;
    private final AuditKey key;
    private final Clock clock;

    Seals(JdbcClient jdbc, JdbcOperations connections, TransactionOperations transactions, AuditKey key, Clock clock) {
        this.jdbc = jdbc;
        this.connections = connections;
        this.transactions = transactions;
        this.key = key;
        this.clock = clock;
    }

    /**
     * That an entry of the audit is under a seal.
     *
     * @param leaf the bytes that were hashed, in hexadecimal
     * @param leafIndex of {@code seal.leaves}, from 0
     * @param path the hashes from the leaf to the root (RFC 9162, 2.1.3)
     */
    public record Proof(String leaf, String leafHash, long leafIndex, List<String> path, Seal seal) {}

    /** Seals with higher numbers, in order. */
    public List<Seal> after(long number, int limit) {
        return jdbc.sql(SELECT + " where number > ? order by number limit ?")
                .params(number, limit)
                .query(Seal::read)
                .list();
    }

    public Optional<Seal> last() {
        return jdbc.sql(SELECT + " order by number desc limit 1")
                .query(Seal::read)
                .optional();
    }

    /** The proof for an event or access of the patient; empty where there is none, or it is not sealed yet. */
    public Optional<Proof> proof(String patientId, UUID entryId) {
        Optional<Proof> ofEvent = jdbc.sql(
                        "select global_index from domain_event where event_id = ? and aggregate_id = ?")
                .params(entryId, UUID.fromString(patientId))
                .query(Long.class)
                .optional()
                .flatMap(place -> proof(SealedLog.EVENTS, place));
        return ofEvent.or(() -> jdbc.sql(
                        "select place from access_record where access_id = ? and patient_ids @> array[?]::uuid[]")
                .params(entryId, UUID.fromString(patientId))
                .query(Long.class)
                .optional()
                .flatMap(place -> proof(SealedLog.ACCESSES, place)));
    }

    private Optional<Proof> proof(SealedLog log, long place) {
        return jdbc.sql(SELECT + " where log = ? and kind = 'rows' and up_to_place >= ? order by up_to_place limit 1")
                .params(log.code(), place)
                .query(Seal::read)
                .optional()
                .map(seal -> proof(log, place, seal));
    }

    private Proof proof(SealedLog log, long place, Seal seal) {
        List<Leaf> leaves = leaves(log, seal.afterPlace(), seal.upToPlace(), Long.MAX_VALUE);
        List<byte[]> hashes = leaves.stream().map(Leaf::hash).toList();
        int index = leaves.stream().map(Leaf::place).toList().indexOf(place);
        Row row = read(log, place - 1, place, 1, Function.identity()).getFirst();
        HexFormat hex = HexFormat.of();
        return new Proof(
                hex.formatHex(row.leaf()),
                hex.formatHex(hashes.get(index)),
                index,
                MerkleTree.path(index, hashes).stream().map(hex::formatHex).toList(),
                seal);
    }

    /** The place up to which the log is sealed. */
    long sealedUpTo(SealedLog log) {
        return jdbc.sql("select coalesce(max(up_to_place), 0) from audit_seal where log = ? and kind = 'rows'")
                .param(log.code())
                .query(Long.class)
                .single();
    }

    /** When the first row was stored that is under no seal; empty where all are sealed. */
    Optional<Instant> oldestUnsealed(SealedLog log) {
        return log.firstAfter(jdbc, sealedUpTo(log));
    }

    /**
     * Seals at most {@code limit} rows up to a settled place: one seal for each stretch of one month.
     *
     * @return whether there may be more
     */
    boolean seal(SealedLog log, long upTo, int limit) {
        long after = sealedUpTo(log);
        if (after >= upTo) {
            return false;
        }
        List<Leaf> leaves = leaves(log, after, upTo, limit);
        List<Leaf> stretch = new ArrayList<>();
        for (Leaf leaf : leaves) {
            if (!stretch.isEmpty() && !Objects.equals(stretch.getLast().month(), leaf.month())) {
                after = append(log, after, stretch);
                stretch.clear();
            }
            stretch.add(leaf);
        }
        if (!stretch.isEmpty()) {
            append(log, after, stretch);
        }
        return leaves.size() == limit;
    }

    private long append(SealedLog log, long after, List<Leaf> leaves) {
        List<byte[]> hashes = leaves.stream().map(Leaf::hash).toList();
        long upTo = leaves.getLast().place();
        append(Seal.ROWS, log, leaves.getFirst().month(), after, upTo, leaves.size(), MerkleTree.root(hashes));
        return upTo;
    }

    /** Drops a month of accesses, and says so in a seal. */
    void drop(YearMonth month) {
        LocalDate firstDay = month.atDay(1);
        long leaves = jdbc.sql("select coalesce(sum(leaves), 0) from audit_seal where kind = 'rows' and month = ?")
                .param(month.toString())
                .query(Long.class)
                .single();
        jdbc.sql("select drop_access_month(?)")
                .param(firstDay)
                .query(Boolean.class)
                .single();
        append(Seal.DROPPED, SealedLog.ACCESSES, month.toString(), 0, 0, leaves, MerkleTree.root(List.of()));
    }

    private void append(
            String kind, SealedLog log, @Nullable String month, long after, long upTo, long leaves, byte[] root) {
        Optional<Seal> before = last();
        HexFormat hex = HexFormat.of();
        Seal seal = new Seal(
                        before.map(Seal::number).orElse(0L) + 1,
                        kind,
                        log.code(),
                        month,
                        after,
                        upTo,
                        leaves,
                        hex.formatHex(root),
                        before.map(Seal::hash).orElse(Seal.NONE_BEFORE),
                        clock.instant().truncatedTo(ChronoUnit.MICROS),
                        key.id(),
                        "")
                .signed(key);
        jdbc.sql("insert into audit_seal (number, kind, log, month, after_place, up_to_place, leaves, root, previous,"
                        + " sealed_at, key_id, signature) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .param(1, seal.number())
                .param(2, seal.kind())
                .param(3, seal.log())
                .param(4, seal.month(), Types.VARCHAR)
                .param(5, seal.afterPlace())
                .param(6, seal.upToPlace())
                .param(7, seal.leaves())
                .param(8, hex.parseHex(seal.root()))
                .param(9, hex.parseHex(seal.previous()))
                .param(10, seal.sealedAt().atOffset(ZoneOffset.UTC))
                .param(11, seal.keyId())
                .param(12, hex.parseHex(seal.signature()))
                .update();
    }

    /** What a seal takes of a row, whose payload may be large. */
    private record Leaf(long place, @Nullable String month, byte[] hash) {
        static Leaf of(Row row) {
            return new Leaf(row.place(), row.month(), MerkleTree.leafHash(row.leaf()));
        }
    }

    private List<Leaf> leaves(SealedLog log, long after, long upTo, long limit) {
        return read(log, after, upTo, limit, Leaf::of);
    }

    /**
     * In a transaction, without which the driver takes in all rows at once.
     *
     * @param part what is kept of a row
     */
    private <T> List<T> read(SealedLog log, long after, long upTo, long limit, Function<Row, T> part) {
        ConnectionCallback<List<T>> read = (Connection connection) -> {
            List<T> parts = new ArrayList<>();
            log.<RuntimeException>read(connection, after, upTo, limit, row -> parts.add(part.apply(row)));
            return parts;
        };
        return requireNonNull(transactions.execute(status -> connections.execute(read)));
    }
}
