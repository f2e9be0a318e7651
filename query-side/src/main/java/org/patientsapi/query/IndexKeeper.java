package org.patientsapi.query;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.platform.database.AdvisoryLock;
import org.patientsapi.platform.lifecycle.BackgroundThread;
import org.patientsapi.platform.observability.StackTrace;
import org.patientsapi.platform.vault.PatientKeys;
import org.patientsapi.query.IndexRun.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Looks after the index, on one of all nodes at a time: sees to it that there is one, in the form that this version of the
 * product reads, and no other; does the runs that were asked for or left undone; and tries parked patients again.
 */
class IndexKeeper extends BackgroundThread {

    private static final Logger LOG = LoggerFactory.getLogger(IndexKeeper.class);

    private final DataSource dataSource;
    private final IndexGenerations generations;
    private final PatientKeys register;
    private final IndexRuns runs;
    private final Rebuild rebuild;
    private final DriftCheck driftCheck;
    private final ParkedPatients parked;
    private final Duration pause;
    private final Duration grace;

    private final BlockingQueue<Boolean> calls = new ArrayBlockingQueue<>(1);
    private boolean definitionChecked;

    /** Which has been said; what fails while it is so is one outage. */
    private boolean storeIsAway;

    /**
     * @param pause between looking for something to do that nobody has called for
     * @param grace how long a search that has begun on the old generation may still take
     */
    IndexKeeper(
            DataSource dataSource,
            IndexGenerations generations,
            PatientKeys register,
            IndexRuns runs,
            Rebuild rebuild,
            DriftCheck driftCheck,
            ParkedPatients parked,
            Duration pause,
            Duration grace) {
        super("patients-index-keeper");
        this.dataSource = dataSource;
        this.generations = generations;
        this.register = register;
        this.runs = runs;
        this.rebuild = rebuild;
        this.driftCheck = driftCheck;
        this.parked = parked;
        this.pause = pause;
        this.grace = grace;
    }

    /** Asks for a run, to begin at once if nothing else is being done. */
    IndexRun ask(Kind kind) {
        return ask(kind, "asked_for");
    }

    private IndexRun ask(Kind kind, String reason) {
        IndexRun run = runs.ask(kind, reason);
        calls.offer(true);
        return run;
    }

    /** What others have written to the search engine, or it has lost, nothing else would notice. */
    @Scheduled(cron = "${patients.index.check-at:0 30 3 * * SUN}", zone = "${patients.time-zone:Asia/Kolkata}")
    void checkRegularly() {
        try {
            ask(Kind.CHECK, "scheduled");
        } catch (DataAccessException away) {
            LOG.warn("The database is away; the index is checked another time");
        }
    }

    /**
     * So that an empty register can be searched at once; where there are patients, an index is built first.
     *
     * @return whether there is an index by now
     */
    boolean prepare() {
        if (generations.live().isPresent()) {
            return true;
        }
        if (register.count() == 0) {
            generations.createFirst();
            return true;
        }
        // Between the two looks another thread or node may have made the first index, and people have registered.
        if (generations.live().isPresent()) {
            return true;
        }
        LOG.warn("There is no index of the patients; one is built from their events");
        runs.ask(Kind.REBUILD, "index_missing");
        return false;
    }

    private void keep() throws InterruptedException {
        attempt(() -> {
            prepare();
            storeIsAway = false;
        });
        attempt(this::checkDefinition);
        attempt(parked::retryDue);
        for (IndexRun run : runs.unfinished()) {
            attempt(() -> run(run.startedAt() == null ? runs.start(run, register.count()) : run));
        }
        attempt(this::dropReplaced);
    }

    /** Looked for ever again: who put the live generation in its place may have been killed, or the engine away. */
    private void dropReplaced() {
        if (!runs.isRebuildWithin(grace)) {
            generations.live().ifPresent(generations::dropAllBut);
        }
    }

    private void run(IndexRun run) throws InterruptedException {
        switch (run.kind()) {
            case REBUILD -> rebuild.run(run);
            case CHECK -> driftCheck.run(run);
        }
    }

    /** What fails keeps nothing else from being done, and is tried again next time. What the end of this breaks off is no failure. */
    private void attempt(AdvisoryLock.Work step) throws InterruptedException {
        try {
            step.go();
        } catch (StoreUnavailable | SQLException | DataAccessException away) {
            if (isRunning() && !storeIsAway) {
                LOG.warn(
                        "The index is looked after again when its stores are back: {}",
                        away.getClass().getName());
                storeIsAway = true;
            }
        } catch (RuntimeException | Error failure) {
            if (isRunning()) {
                // Its message may quote what could not be read.
                LOG.error(
                        "A part of looking after the index failed, and is tried again: {}",
                        StackTrace.withoutMessages(failure));
            }
        }
    }

    /** Once per start only: while nodes of two versions run, each would undo what the other did. */
    private void checkDefinition() {
        if (!definitionChecked) {
            generations.live().ifPresent(live -> {
                if (!generations.isCurrent(live)) {
                    runs.ask(Kind.REBUILD, "definition_changed");
                }
                definitionChecked = true;
            });
        }
    }

    @Override
    protected void work() throws InterruptedException {
        while (isRunning()) {
            attempt(() -> AdvisoryLock.INDEX_KEEPING.holding(dataSource, this::keep));
            calls.poll(pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** A run that is under way is gone on with by another node, or after the next start. */
    @Override
    protected void end(Thread running) throws InterruptedException {
        running.interrupt();
        running.join(pause);
    }
}
