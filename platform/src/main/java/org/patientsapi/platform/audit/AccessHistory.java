package org.patientsapi.platform.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** The recorded accesses to one patient. */
public final class AccessHistory {

    /** As many as the database counts in time, even of a patient who stands on every page of a list. */
    private static final int MOST_COUNTED = 100_000;

    private final JdbcClient jdbc;

    AccessHistory(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Which accesses.
     *
     * @param from inclusive
     * @param to exclusive
     * @param actor the client or the subject
     */
    public record Filter(
            String patientId,
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable String actor,
            Set<Access.Kind> kinds) {}

    /** Where a record stands: behind all later ones, and among those of one moment behind all with a higher place. */
    public record Position(Instant at, long place) {}

    /** @param place in the order of all accesses */
    public record Entry(long place, Access access) {}

    /** The newest first, as many as {@code limit}, and only those behind {@code after} where that is given. */
    public List<Entry> newest(Filter filter, @Nullable Position after, int limit) {
        String behind = after == null ? "" : " and (accessed_at, place) < (:afterAt, :afterPlace)";
        StatementSpec select = statement(
                "select place, " + AccessSql.COLUMNS,
                filter,
                behind + " order by accessed_at desc, place desc limit :limit");
        if (after != null) {
            select.param("afterAt", after.at().atOffset(ZoneOffset.UTC)).param("afterPlace", after.place());
        }
        return select.param("limit", limit).query(AccessHistory::entry).list();
    }

    /** How many there are, 100,000 at most. */
    public long count(Filter filter) {
        return statement("select count(*) from (select 1", filter, " limit :most) as counted")
                .param("most", MOST_COUNTED)
                .query(Long.class)
                .single();
    }

    private StatementSpec statement(String select, Filter filter, String rest) {
        StringBuilder sql = new StringBuilder(select)
                .append(" from access_record where patient_ids @> array[:patientId]::uuid[] and kind in (:kinds)");
        sql.append(filter.from() == null ? "" : " and accessed_at >= :from");
        sql.append(filter.to() == null ? "" : " and accessed_at < :to");
        sql.append(filter.actor() == null ? "" : " and (client = :actor or subject = :actor)");
        StatementSpec statement = jdbc.sql(sql + rest)
                .param("patientId", UUID.fromString(filter.patientId()))
                .param("kinds", filter.kinds().stream().map(Access.Kind::code).toList());
        if (filter.from() != null) {
            statement.param("from", filter.from().atOffset(ZoneOffset.UTC));
        }
        if (filter.to() != null) {
            statement.param("to", filter.to().atOffset(ZoneOffset.UTC));
        }
        return filter.actor() == null ? statement : statement.param("actor", filter.actor());
    }

    private static Entry entry(ResultSet row, int number) throws SQLException {
        return new Entry(row.getLong("place"), AccessSql.read(row));
    }
}
