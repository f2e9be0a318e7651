package org.patientsapi.platform.lifecycle;

import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** A daemon thread that works from the start of the application to its end. */
public abstract class BackgroundThread implements SmartLifecycle {

    private final String name;
    private volatile @Nullable Thread thread;

    /** @param name of the thread in logs and dumps */
    protected BackgroundThread(String name) {
        this.name = name;
    }

    /** Works until {@link #isRunning()} is false or it is interrupted. Nobody calls it again after a failure. */
    protected abstract void work() throws InterruptedException;

    /** Makes {@link #work()} return, where to interrupt it is not enough or too much. */
    protected void end(Thread running) throws InterruptedException {
        running.interrupt();
    }

    protected final String name() {
        return name;
    }

    @Override
    public final void start() {
        Thread unstarted = Thread.ofPlatform().name(name).daemon().unstarted(this::workUntilInterrupted);
        thread = unstarted;
        unstarted.start();
    }

    private void workUntilInterrupted() {
        try {
            work();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public final void stop() {
        Thread running = thread;
        thread = null;
        if (running != null) {
            try {
                end(running);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public final boolean isRunning() {
        return thread != null;
    }
}
