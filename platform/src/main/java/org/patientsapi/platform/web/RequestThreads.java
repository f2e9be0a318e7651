package org.patientsapi.platform.web;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What requests run on: the system's threads, which cost a request less processor time ({@code docs/performance.md}), while
 * no more are there at a time than desks keep busy. Each takes some 150 KB beside the heap; all further requests, such as
 * those of consumers who wait for events, or of everybody while a store stands still, get virtual threads.
 */
final class RequestThreads implements Executor {

    /** Of the system's; several times what two processors or the connections to the database have use for. */
    static final int MOST = 100;

    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final String NAME = "patients-request-";

    private static final ThreadFactory VIRTUAL =
            Thread.ofVirtual().name(NAME + "virtual-", 0).factory();

    private final Executor threads = new ThreadPoolExecutor(
            0,
            MOST,
            IDLE.toSeconds(),
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().name(NAME, 0).daemon().factory(),
            (request, allBusy) -> VIRTUAL.newThread(request).start());

    @Override
    public void execute(Runnable request) {
        threads.execute(request);
    }
}
