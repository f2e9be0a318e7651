package org.patientsapi.platform.eventstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells the other nodes of this node's commits by NOTIFY: from a thread with a connection of its own, many commits at
 * once. In the command's own transaction it would make all commits of the database queue for one lock.
 */
final class CommitAnnouncer implements ConnectedThread.Work {

    /** How long the first commit waits for company. */
    private static final long LINGER_MILLIS = 5;

    /** Beyond this, while the database is away, notices are dropped: the others still find the events by polling. */
    private static final int MAX_PENDING = 10_000;

    private final String node;
    private final Object lock = new Object();
    private Map<String, Long> pending = new HashMap<>();

    CommitAnnouncer(String node) {
        this.node = node;
    }

    void announce(Map<String, Long> versions) {
        synchronized (lock) {
            if (pending.size() < MAX_PENDING) {
                versions.forEach((patientId, version) -> pending.merge(patientId, version, Math::max));
                lock.notifyAll();
            }
        }
    }

    @Override
    public void on(Connection connection) throws SQLException, InterruptedException {
        try (Statement statement = connection.createStatement()) {
            // Each NOTIFY is a transaction of its own; one lost in a crash has nobody left to tell.
            statement.execute("set synchronous_commit = off");
        }
        try (PreparedStatement notify = connection.prepareStatement("select pg_notify(?, ?)")) {
            while (true) {
                send(takePending(), notify);
            }
        }
    }

    private void send(Map<String, Long> versions, PreparedStatement notify) throws SQLException {
        try {
            for (String payload : new CommitNotice(node, versions).payloads()) {
                notify.setString(1, CommitNotice.CHANNEL);
                notify.setString(2, payload);
                notify.execute();
            }
        } catch (SQLException e) {
            // That a quiet connection is dead shows only now. Said twice does no harm.
            announce(versions);
            throw e;
        }
    }

    private Map<String, Long> takePending() throws InterruptedException {
        synchronized (lock) {
            while (pending.isEmpty()) {
                lock.wait();
            }
        }
        Thread.sleep(LINGER_MILLIS);
        synchronized (lock) {
            Map<String, Long> taken = pending;
            pending = new HashMap<>();
            return taken;
        }
    }
}
