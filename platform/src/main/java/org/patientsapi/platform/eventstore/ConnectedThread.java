package org.patientsapi.platform.eventstore;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.database.OwnConnection;
import org.patientsapi.platform.lifecycle.BackgroundThread;
import org.patientsapi.platform.observability.StackTrace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread with a database connection of its own, beside the pool, to the same database as the same user. When the
 * connection breaks, it gets a new one, after a pause that grows to some seconds.
 */
final class ConnectedThread extends BackgroundThread {

    /** Works until it is interrupted or the connection breaks. */
    interface Work {
        void on(Connection connection) throws SQLException, InterruptedException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(ConnectedThread.class);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private final DataSource dataSource;
    private final Work work;
    private volatile @Nullable Connection current;

    ConnectedThread(String name, DataSource dataSource, Work work) {
        super(name);
        this.dataSource = dataSource;
        this.work = work;
    }

    @Override
    protected void work() throws InterruptedException {
        long pause = FIRST_PAUSE_MILLIS;
        while (isRunning()) {
            long began = System.nanoTime();
            try (Connection connection = OwnConnection.open(dataSource, name())) {
                current = connection;
                work.on(connection);
            } catch (SQLException e) {
                if (isRunning()) {
                    LOG.warn("{} lost its database connection and tries again: {}", name(), e.getMessage());
                }
            } catch (RuntimeException | Error e) {
                LOG.error("{} failed and tries again: {}", name(), StackTrace.withoutMessages(e));
            }
            boolean workedForLong = System.nanoTime() - began > LONGEST_PAUSE_MILLIS * 1_000_000;
            pause = workedForLong ? FIRST_PAUSE_MILLIS : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            Thread.sleep(pause);
        }
    }

    @Override
    protected void end(Thread running) {
        running.interrupt();
        Connection connection = current;
        if (connection != null) {
            try {
                // Reading from a socket heeds no interrupt.
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("{} had no connection left to close", name(), e);
            }
        }
    }

    /** After the web server: of what it commits last, the other nodes are to be told too. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }
}
