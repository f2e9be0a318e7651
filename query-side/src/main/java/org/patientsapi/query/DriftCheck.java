package org.patientsapi.query;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.patientsapi.platform.eventstore.PatientHistory.Fold;
import org.patientsapi.platform.eventstore.RecentCommits;
import org.patientsapi.query.IndexInspection.Held;
import org.patientsapi.query.IndexRun.Tally;
import org.patientsapi.query.PatientIndex.Into;
import org.patientsapi.query.PatientWalk.Stretch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds every patient from the events and holds the document against that: whether it is there, in the right version and
 * with the right content, and no other. What differs is looked at once more after a moment, since the projection may just
 * have been about to write it; what differs then is put right.
 */
class DriftCheck {

    private static final Logger LOG = LoggerFactory.getLogger(DriftCheck.class);

    /** Longer than the projection lags behind while it works. */
    private static final Duration SECOND_LOOK = Duration.ofSeconds(1);

    /** After which the engine no longer knows the version of what was deleted: its clock ticks every 200 ms. */
    private static final Duration FORGOTTEN = Duration.ofMillis(500);

    private final IndexInspection inspection;
    private final PatientIndex index;
    private final PatientHistory history;
    private final ParkedPatients parked;
    private final IndexRuns runs;
    private final PatientWalk walk;

    DriftCheck(
            IndexInspection inspection,
            PatientIndex index,
            PatientHistory history,
            ParkedPatients parked,
            IndexRuns runs,
            PatientWalk walk) {
        this.inspection = inspection;
        this.index = index;
        this.history = history;
        this.parked = parked;
        this.runs = runs;
        this.walk = walk;
    }

    void run(IndexRun run) throws InterruptedException {
        walk.go(run, this::check);
        IndexRun finished = runs.finish(run);
        LOG.info(
                "The index was held against the events of {} patients: {} documents missing, {} outdated, {} different,"
                        + " {} surplus; {} were put right",
                finished.patients(),
                finished.missing(),
                finished.outdated(),
                finished.different(),
                finished.surplus(),
                finished.repaired());
    }

    private Tally check(Stretch stretch) throws InterruptedException {
        Expected first = expected(stretch.patientIds());
        Map<String, String> suspects = suspects(stretch, first);
        Findings findings = new Findings();
        int repaired = 0;
        if (!suspects.isEmpty()) {
            Thread.sleep(SECOND_LOOK);
            // Then the events: a version that the index holds and they do not have by now was never right.
            Map<String, Held> held = inspection.held(suspects.keySet());
            // A document may say that it is of somebody else than it stands for, or of nobody.
            Set<String> patientIds = new HashSet<>(suspects.keySet());
            patientIds.addAll(suspects.values());
            Expected now = expected(patientIds);
            suspects.keySet().removeAll(now.unreadable);
            suspects.values().removeAll(now.unreadable);
            findings.compare(suspects.keySet(), held, first.documents, now.documents);
            repaired = repair(findings);
        }
        return new Tally(
                stretch.patientIds().size(),
                first.events,
                first.unreadable.size(),
                findings.missing,
                findings.outdated,
                findings.different,
                findings.surplus.size(),
                repaired);
    }

    /** What the index should hold of these patients. */
    private Expected expected(Collection<String> patientIds) {
        Expected expected = new Expected();
        for (Map.Entry<String, Fold> entry : history.foldAll(patientIds).entrySet()) {
            Fold fold = entry.getValue();
            PatientProfile profile = fold.profile();
            expected.events += fold.events();
            if (profile != null) {
                PatientDocument document = PatientDocument.of(profile);
                expected.documents.put(profile.id(), new Document(inspection.asHeld(document), document));
            } else if (fold.failure() != null) {
                expected.unreadable.add(entry.getKey());
                parked.park(entry.getKey(), fold.failure());
            }
        }
        return expected;
    }

    private static final class Expected {
        final Map<String, Document> documents = new HashMap<>();
        final Set<String> unreadable = new HashSet<>();
        long events;
    }

    record Document(Held held, PatientDocument content) {}

    /** The ids of documents that do not look right, each with its patient's. */
    private Map<String, String> suspects(Stretch stretch, Expected expected) {
        Map<String, String> suspects = inspection.idsWithin(stretch.after(), stretch.through());
        suspects.values().removeAll(expected.unreadable);
        Map<String, Held> held = inspection.held(expected.documents.keySet());
        expected.documents.forEach((id, document) -> {
            if (document.held().equals(held.get(id))) {
                suspects.remove(id);
            } else {
                suspects.put(id, id);
            }
        });
        return suspects;
    }

    private static final class Findings {
        int missing;
        int outdated;
        int different;
        final List<String> surplus = new ArrayList<>();

        /** In a version later than any that was: the right one is refused as long as they are there. */
        final List<String> ahead = new ArrayList<>();

        final List<PatientDocument> toWrite = new ArrayList<>();

        /**
         * @param before what was expected at the first look: since then the projection may have had no time to follow
         * @param now what is expected now
         */
        void compare(
                Collection<String> ids,
                Map<String, Held> held,
                Map<String, Document> before,
                Map<String, Document> now) {
            for (String id : ids) {
                Held found = held.get(id);
                Document right = now.get(id);
                if (right == null) {
                    // Somebody may have been erased between the two looks: the tombstone has to stay.
                    if (found != null && found.version() != RecentCommits.ERASED) {
                        surplus.add(id);
                    }
                    continue;
                }
                long version = right.held.version();
                if (found == null) {
                    missing++;
                } else if (found.version() < before.getOrDefault(id, right).held.version()) {
                    outdated++;
                } else if (found.version() < version || found.equals(right.held)) {
                    continue;
                } else {
                    different++;
                    if (found.version() > version) {
                        ahead.add(id);
                    }
                }
                toWrite.add(right.content);
            }
        }

        List<String> toDelete() {
            List<String> all = new ArrayList<>(surplus);
            all.addAll(ahead);
            return all;
        }
    }

    /** @return how many documents are right now that were not */
    private int repair(Findings findings) throws InterruptedException {
        inspection.delete(findings.toDelete());
        if (!findings.ahead.isEmpty()) {
            Thread.sleep(FORGOTTEN);
        }
        Set<String> refused = index.rewrite(findings.toWrite, Into.LIVE);
        refused.forEach(patientId -> parked.park(patientId, ParkedPatients.REFUSED));
        return findings.surplus.size() + findings.toWrite.size() - refused.size();
    }
}
