package org.patientsapi.query;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.patientsapi.query.IndexRun.Tally;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes over all patients in the order of their ids, several stretches at a time. A stretch is noted as done only when all
 * before it are; so a run can be broken off anywhere, and taken up by any node.
 */
class PatientWalk {

    /** A stretch is held in memory, so its events are bounded too; one patient's are folded together in any case. */
    private static final long BYTES = 8L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(PatientWalk.class);

    private final PatientHistory history;
    private final IndexRuns runs;
    private final ParkedPatients parked;
    private final int length;
    private final int width;

    /**
     * @param length the patients of a stretch, which is one query and one fold
     * @param width how many stretches are worked on at a time
     */
    PatientWalk(PatientHistory history, IndexRuns runs, ParkedPatients parked, int length, int width) {
        this.history = history;
        this.runs = runs;
        this.parked = parked;
        this.length = length;
        this.width = width;
    }

    /**
     * Some patients, and all ids that nobody has around them.
     *
     * @param after {@code null} for the first stretch
     * @param through {@code null} for the last one
     */
    record Stretch(@Nullable String after, @Nullable String through, Collection<String> patientIds) {}

    /** Called by several threads. */
    interface Work {
        Tally on(Stretch stretch) throws InterruptedException;
    }

    /**
     * From where the run got to until no patient is left.
     *
     * @throws InterruptedException what is not noted as done will be done again
     */
    void go(IndexRun run, Work work) throws InterruptedException {
        long began = System.nanoTime();
        long events = 0;
        Deque<Ahead> ahead = new ArrayDeque<>();
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("patients-walk-", 0).factory())) {
            try {
                String after = run.doneThrough();
                boolean more = true;
                while (more || !ahead.isEmpty()) {
                    if (more && ahead.size() < width) {
                        Stretch stretch = next(after);
                        more = stretch.through() != null;
                        after = stretch.through();
                        ahead.add(new Ahead(stretch, threads.submit(() -> work.on(stretch))));
                        continue;
                    }
                    Ahead first = ahead.remove();
                    Tally tally = first.outcome();
                    events += tally.events();
                    runs.progress(run, first.stretch.through(), tally, events * 1e9 / (System.nanoTime() - began));
                    retryParked();
                }
            } finally {
                ahead.forEach(each -> each.tally.cancel(true));
            }
        }
    }

    /** A walk may take hours, and they are answered 503 for as long as they are parked. */
    private void retryParked() {
        try {
            parked.retryDue();
        } catch (StoreUnavailable away) {
            // They need the live index: where that takes nothing, a rebuild is what mends it.
            LOG.warn(
                    "A parked patient is tried again when the stores are back: {}",
                    away.getClass().getName());
        }
    }

    private Stretch next(@Nullable String after) {
        List<String> ids = history.patientsAfter(after, length, BYTES);
        return new Stretch(after, ids.isEmpty() ? null : ids.getLast(), ids);
    }

    private record Ahead(Stretch stretch, Future<Tally> tally) {

        Tally outcome() throws InterruptedException {
            try {
                return tally.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
            }
        }
    }
}
