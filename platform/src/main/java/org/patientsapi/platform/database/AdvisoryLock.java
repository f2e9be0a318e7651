package org.patientsapi.platform.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The database's locks for what one node, or one transaction, does at a time. Held by a session, so that they fall free with
 * the node. Locks of which there is one for each claim, key or topic stand with those, and are told from these by their hash.
 *
 * <p>Nodes of another version hold them by the same numbers.
 */
public enum AdvisoryLock {
    FIRST_OPENING_OF_THE_VAULT(0x7661756c74L),
    REPLAY_OF_ERASURES(0x65726173L),
    SEALING(0x7365616cL),

    /** Who projects holds it shared until its batch is done; who changes where projections go, alone. */
    INDEX_WRITERS(0x7061_7401L),
    INDEX_KEEPING(0x7061_7402L),
    INDEX_PURGE(0x7061_7403L);

    /** What is done while a lock is held. */
    @FunctionalInterface
    public interface Work {
        void go() throws SQLException, InterruptedException;
    }

    private final long key;

    AdvisoryLock(long key) {
        this.key = key;
    }

    /** Waits for it, and holds it until the current transaction ends. */
    public void lock(JdbcClient jdbc) {
        inTransaction(jdbc, "SELECT pg_advisory_xact_lock(?)");
    }

    /** Beside others that hold it shared, until the current transaction ends. */
    public void lockShared(JdbcClient jdbc) {
        inTransaction(jdbc, "SELECT pg_advisory_xact_lock_shared(?)");
    }

    private void inTransaction(JdbcClient jdbc, String sql) {
        jdbc.sql(sql).param(key).query((row, n) -> key).single();
    }

    /** @return whether the current transaction holds it, until its end */
    public boolean tryLock(JdbcClient jdbc) {
        return jdbc.sql("SELECT pg_try_advisory_xact_lock(?)")
                .param(key)
                .query(Boolean.class)
                .single();
    }

    /** Does the work under the lock, in no transaction; nothing while another node has it. */
    public void holding(DataSource dataSource, Work work) throws SQLException, InterruptedException {
        try (Connection session = dataSource.getConnection()) {
            if (answer(session, "SELECT pg_try_advisory_lock(?)")) {
                try {
                    work.go();
                } finally {
                    answer(session, "SELECT pg_advisory_unlock(?)");
                }
            }
        }
    }

    private boolean answer(Connection session, String sql) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement(sql)) {
            statement.setLong(1, key);
            try (ResultSet answer = statement.executeQuery()) {
                return answer.next() && answer.getBoolean(1);
            }
        }
    }
}
