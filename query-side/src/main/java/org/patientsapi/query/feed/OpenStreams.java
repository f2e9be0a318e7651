package org.patientsapi.query.feed;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The streams that each client has open on this node. One too many ends the oldest: that a consumer has gone is noticed with the
 * next write only, and one that comes back must not be kept out by what it has left behind.
 */
final class OpenStreams {

    private final int mostPerClient;
    private final Map<String, Deque<Thread>> open = new HashMap<>();

    OpenStreams(int mostPerClient) {
        this.mostPerClient = mostPerClient;
    }

    /** The current thread serves a stream from now on; it is interrupted when the stream has to end. */
    synchronized void opened(String clientId) {
        Deque<Thread> streams = open.computeIfAbsent(clientId, client -> new ArrayDeque<>());
        streams.addLast(Thread.currentThread());
        if (streams.size() > mostPerClient) {
            streams.removeFirst().interrupt();
        }
    }

    /** The current thread is done with it, and is not interrupted after this. */
    synchronized void closed(String clientId) {
        open.computeIfPresent(clientId, (client, streams) -> {
            streams.remove(Thread.currentThread());
            return streams.isEmpty() ? null : streams;
        });
        // It may serve other requests now.
        boolean unused = Thread.interrupted();
    }
}
