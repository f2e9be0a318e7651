package org.patientsapi.query;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A lock of the database's, for what one node at a time does. Held by a session, so that it falls free with the node. */
final class NodeLock {

    interface Work {
        void go() throws InterruptedException;
    }

    private NodeLock() {}

    /** Does the work, unless another node is at it. */
    static void holding(long lock, DataSource dataSource, Work work) throws SQLException, InterruptedException {
        try (Connection session = dataSource.getConnection()) {
            if (answer(session, "select pg_try_advisory_lock(?)", lock)) {
                try {
                    work.go();
                } finally {
                    answer(session, "select pg_advisory_unlock(?)", lock);
                }
            }
        }
    }

    private static boolean answer(Connection session, String sql, long lock) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement(sql)) {
            statement.setLong(1, lock);
            try (ResultSet answer = statement.executeQuery()) {
                return answer.next() && answer.getBoolean(1);
            }
        }
    }
}
