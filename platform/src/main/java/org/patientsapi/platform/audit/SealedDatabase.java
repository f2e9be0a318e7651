package org.patientsapi.platform.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The product's own database, a copy, or a restored backup, with the right to read only, as it is at one moment. */
final class SealedDatabase implements SealedRecord {

    private static final int FETCH = 500;

    private final Connection connection;

    /** @param connection in a transaction, whose isolation makes the moment */
    SealedDatabase(Connection connection) {
        this.connection = connection;
    }

    /** Of a connection that has done nothing yet. */
    static SealedDatabase atOneMoment(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement settings = connection.createStatement()) {
            settings.execute("set transaction isolation level repeatable read read only");
        }
        return new SealedDatabase(connection);
    }

    @Override
    public <E extends Exception> void tell(Listener<E> listener) throws SQLException, E {
        for (SealedLog log : SealedLog.values()) {
            long strays = log.countStrays(connection);
            if (strays > 0) {
                listener.strays(log, strays);
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(Seals.SELECT + " order by number")) {
            statement.setFetchSize(FETCH);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Seal seal = Seal.read(row, 0);
                    if (!seal.isWellFormed()) {
                        listener.broken("the place of seal " + seal.number());
                        continue;
                    }
                    listener.seal(seal);
                    if (seal.kind().equals(Seal.ROWS)) {
                        SealedLog log = SealedLog.of(seal.log());
                        log.<E>read(
                                connection,
                                seal.afterPlace(),
                                seal.upToPlace(),
                                seal.leaves() + 1,
                                found -> listener.row(log, found.leaf()));
                    }
                }
            }
        }
    }

    /** How many rows stand behind a place. */
    long countAfter(SealedLog log, long place) throws SQLException {
        return log.countAfter(connection, place);
    }
}
