package org.patientsapi.query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.database.AdvisoryLock;
import org.patientsapi.query.IndexRun.Kind;
import org.patientsapi.query.IndexRun.Tally;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The runs over all patients, kept in the database: what one node was asked for or left undone, any node does. */
@Component
class IndexRuns {

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Clock clock;

    IndexRuns(JdbcClient jdbc, TransactionTemplate transaction, Clock clock) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** @return the run that this asks for; where one of its kind is not finished, that one */
    IndexRun ask(Kind kind, String reason) {
        jdbc.sql("INSERT INTO index_run (kind, reason, asked_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
                .params(kind.code(), reason, OffsetDateTime.now(clock))
                .update();
        return latest(kind).orElseThrow();
    }

    Optional<IndexRun> latest(Kind kind) {
        return jdbc.sql("SELECT * FROM index_run WHERE kind = ? ORDER BY id DESC LIMIT 1")
                .param(kind.code())
                .query(IndexRuns::run)
                .optional();
    }

    /** Whether a rebuild is asked for, under way, or has not been over for as long as this. */
    boolean isRebuildWithin(Duration time) {
        return jdbc.sql(
                        "SELECT EXISTS (SELECT 1 FROM index_run WHERE kind = ? AND (finished_at IS NULL OR finished_at > ?))")
                .params(Kind.REBUILD.code(), OffsetDateTime.now(clock).minus(time))
                .query(Boolean.class)
                .single();
    }

    /** A rebuild first: without an index there is nothing to check. */
    List<IndexRun> unfinished() {
        return jdbc.sql("SELECT * FROM index_run WHERE finished_at IS NULL ORDER BY kind DESC")
                .query(IndexRuns::run)
                .list();
    }

    IndexRun start(IndexRun run, long total) {
        return jdbc.sql("UPDATE index_run SET started_at = ?, total = ? WHERE id = ? RETURNING *")
                .params(OffsetDateTime.now(clock), total, run.id())
                .query(IndexRuns::run)
                .single();
    }

    /**
     * From now on the projection writes into the next generation too: when this returns, no batch is under way that does
     * not. So what is not in the events yet by then will be written by the projection, and the rest is there to be read.
     *
     * @param generation {@code null} where there is none any more; what was done of the run is then void
     */
    IndexRun build(IndexRun run, @Nullable Integer generation) {
        return alone(
                () -> jdbc.sql("UPDATE index_run SET generation = ?, done_through = NULL, patients = 0, events = 0,"
                                + " unreadable = 0 WHERE id = ? RETURNING *")
                        .param(generation)
                        .param(run.id())
                        .query(IndexRuns::run)
                        .single());
    }

    void progress(IndexRun run, @Nullable String doneThrough, Tally tally, double eventsPerSecond) {
        jdbc.sql(
                        "UPDATE index_run SET done_through = coalesce(?, done_through), patients = patients + ?, events = events + ?,"
                                + " unreadable = unreadable + ?, missing = missing + ?, outdated = outdated + ?,"
                                + " different = different + ?, surplus = surplus + ?, repaired = repaired + ?,"
                                + " events_per_second = ? WHERE id = ?")
                .param(doneThrough == null ? null : UUID.fromString(doneThrough))
                .params(
                        tally.patients(),
                        tally.events(),
                        tally.unreadable(),
                        tally.missing(),
                        tally.outdated(),
                        tally.different(),
                        tally.surplus(),
                        tally.repaired(),
                        eventsPerSecond,
                        run.id())
                .update();
    }

    /** The projection writes to the live generation only, from now on. */
    IndexRun finish(IndexRun run) {
        return alone(() -> jdbc.sql("UPDATE index_run SET finished_at = ? WHERE id = ? RETURNING *")
                .params(OffsetDateTime.now(clock), run.id())
                .query(IndexRuns::run)
                .single());
    }

    /** To be asked within the transaction of a projection, which then has to write there. */
    boolean isNextBeingBuilt() {
        // Two statements: the second sees what was committed while the first waited.
        AdvisoryLock.INDEX_WRITERS.lockShared(jdbc);
        return jdbc.sql("SELECT EXISTS (SELECT 1 FROM index_run WHERE finished_at IS NULL AND generation IS NOT NULL)")
                .query(Boolean.class)
                .single();
    }

    private IndexRun alone(Supplier<IndexRun> change) {
        return transaction.execute(status -> {
            AdvisoryLock.INDEX_WRITERS.lock(jdbc);
            return change.get();
        });
    }

    private static IndexRun run(ResultSet row, int number) throws SQLException {
        return new IndexRun(
                row.getLong("id"),
                Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                row.getString("reason"),
                row.getObject("asked_at", OffsetDateTime.class),
                row.getObject("started_at", OffsetDateTime.class),
                row.getObject("finished_at", OffsetDateTime.class),
                row.getObject("generation", Integer.class),
                row.getString("done_through"),
                row.getLong("total"),
                row.getLong("patients"),
                row.getLong("events"),
                row.getLong("unreadable"),
                row.getFloat("events_per_second"),
                row.getLong("missing"),
                row.getLong("outdated"),
                row.getLong("different"),
                row.getLong("surplus"),
                row.getLong("repaired"));
    }
}
