package org.patientsapi.platform.web;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;

/** Tells a database that is away from one that refuses a statement: only the first is worth asking again. */
final class StoreOutage {

    private StoreOutage() {}

    /**
     * By SQLSTATE class: 08 connection, 53 insufficient resources (a full disk too), 57P the operator is stopping it. A pool
     * that has no connection to give says so by type.
     */
    static boolean isCause(Throwable failure) {
        if (!(failure instanceof SQLException sql)) {
            return false;
        }
        String state = sql.getSQLState();
        return sql instanceof SQLTransientConnectionException
                || sql instanceof SQLNonTransientConnectionException
                || sql instanceof SQLRecoverableException
                || (state != null && (state.startsWith("08") || state.startsWith("53") || state.startsWith("57P")));
    }
}
