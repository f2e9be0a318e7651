package org.patientsapi.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.patientsapi.platform.eventstore.PatientHistory.Fold;
import org.patientsapi.query.IndexRun.Tally;
import org.patientsapi.query.PatientIndex.Into;
import org.patientsapi.query.PatientWalk.Stretch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the next generation of the index from the events, while the live one is read and written as ever, and puts it in
 * its place. First the projection is made to write into both; only then are the events read. So each event is either
 * there to be read or still to be projected, and none is missed. {@link IndexKeeper} drops what was replaced.
 */
class Rebuild {

    private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);

    private static final int NONE = 0;

    private final IndexGenerations generations;
    private final PatientIndex index;
    private final PatientHistory history;
    private final ParkedPatients parked;
    private final IndexRuns runs;
    private final PatientWalk walk;
    private final ErasedPatients erasedPatients;

    Rebuild(
            IndexGenerations generations,
            PatientIndex index,
            PatientHistory history,
            ParkedPatients parked,
            IndexRuns runs,
            PatientWalk walk,
            ErasedPatients erasedPatients) {
        this.generations = generations;
        this.index = index;
        this.history = history;
        this.parked = parked;
        this.runs = runs;
        this.walk = walk;
        this.erasedPatients = erasedPatients;
    }

    /** Begins, or goes on where a node was interrupted. */
    void run(IndexRun asked) throws InterruptedException {
        IndexRun run = building(asked);
        int generation = Objects.requireNonNull(run.generation());
        LOG.info(
                "Building generation {} of the index, {} of {} patients are done",
                generation,
                run.patients(),
                run.total());
        walk.go(run, this::write);
        // Somebody who was erased while it was built may have been read before and written after.
        erasedPatients.hideErasedSince(Objects.requireNonNull(run.startedAt()).toInstant());
        generations.publish(generation);
        runs.finish(run);
        LOG.info("Generation {} of the index is live", generation);
    }

    /** What was begun by another version of the product, or is no longer there, is begun anew. */
    private IndexRun building(IndexRun run) {
        Integer begun = run.generation();
        if (begun != null && generations.isCurrent(begun)) {
            return run;
        }
        IndexRun anew = begun == null ? run : runs.build(run, null);
        generations.dropAllBut(generations.live().orElse(NONE));
        return runs.build(anew, generations.createNext(begun == null ? NONE : begun));
    }

    private Tally write(Stretch stretch) {
        List<PatientDocument> patients = new ArrayList<>();
        List<String> erased = new ArrayList<>();
        long events = 0;
        long unreadable = 0;
        Map<String, Fold> folds = history.foldAll(stretch.patientIds());
        for (Map.Entry<String, Fold> entry : folds.entrySet()) {
            Fold fold = entry.getValue();
            events += fold.events();
            PatientProfile profile = fold.profile();
            if (profile != null) {
                patients.add(PatientDocument.of(profile));
            } else if (fold.failure() != null) {
                parked.park(entry.getKey(), fold.failure());
                unreadable++;
            } else {
                erased.add(entry.getKey());
            }
        }
        erasedPatients.hide(erased, Into.NEXT);
        Set<String> refused = index.rewrite(patients, Into.NEXT);
        refused.forEach(patientId -> parked.park(patientId, ParkedPatients.REFUSED));
        return new Tally(stretch.patientIds().size(), events, unreadable + refused.size(), 0, 0, 0, 0, 0);
    }
}
