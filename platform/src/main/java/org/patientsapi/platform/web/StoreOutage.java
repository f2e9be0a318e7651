package org.patientsapi.platform.web;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.List;

/** Tells a database that is away from one that refuses a statement: only the first is worth asking again. */
final class StoreOutage {

    /**
     * What an SQLSTATE begins with: 08 connection, 53 insufficient resources (a full disk too), 57 ended from outside (by
     * the operator, or by {@code statement_timeout}, as where another session hangs), 25P03 and 25P04 the time-outs of a
     * session that idles in its transaction and of the whole transaction.
     */
    private static final List<String> STATES = List.of("08", "53", "57", "25P03", "25P04");

    private StoreOutage() {}

    /**
     * Whether it is one. PostgreSQL gives a state to all that it refuses; the pool has none for a connection that it has
     * given up, which is what a rollback meets after a time-out, and says by type that it has no connection to give.
     */
    static boolean isCause(Throwable failure) {
        if (!(failure instanceof SQLException sql)) {
            return false;
        }
        String state = sql.getSQLState();
        return sql instanceof SQLTransientConnectionException
                || sql instanceof SQLNonTransientConnectionException
                || sql instanceof SQLRecoverableException
                || state == null
                || STATES.stream().anyMatch(state::startsWith);
    }
}
