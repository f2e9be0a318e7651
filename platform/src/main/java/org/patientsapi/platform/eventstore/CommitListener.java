package org.patientsapi.platform.eventstore;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Hears of other nodes' commits by LISTEN, and wakes the processors of this one. */
final class CommitListener implements ConnectedThread.Work {

    private static final int QUIET_MILLIS = 10_000;
    private static final int ANSWER_SECONDS = 5;

    private final String node;
    private final RecentCommits recentCommits;
    private final PatientEventStore eventStore;

    CommitListener(String node, RecentCommits recentCommits, PatientEventStore eventStore) {
        this.node = node;
        this.recentCommits = recentCommits;
        this.eventStore = eventStore;
    }

    @Override
    public void on(Connection connection) throws SQLException {
        PGConnection notifications = connection.unwrap(PGConnection.class);
        try (Statement statement = connection.createStatement()) {
            statement.execute("listen " + CommitNotice.CHANNEL);
        }
        // While nobody listened, something may have been said.
        eventStore.wakeUp();
        while (!Thread.currentThread().isInterrupted()) {
            PGNotification[] heard = notifications.getNotifications(QUIET_MILLIS);
            if (heard != null && heard.length > 0) {
                hear(heard);
            } else if (!connection.isValid(ANSWER_SECONDS)) {
                throw new SQLException("The connection that listens has gone silent");
            }
        }
    }

    private void hear(PGNotification[] heard) {
        boolean others = false;
        for (PGNotification notification : heard) {
            CommitNotice notice =
                    CommitNotice.parse(notification.getParameter()).orElse(null);
            if (notice != null && !notice.node().equals(node)) {
                notice.versions().forEach(recentCommits::committed);
                others = true;
            }
        }
        if (others) {
            eventStore.wakeUp();
        }
    }
}
