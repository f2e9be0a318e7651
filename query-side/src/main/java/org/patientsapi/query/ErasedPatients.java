package org.patientsapi.query;

import static java.util.stream.Collectors.toMap;
import static org.patientsapi.query.PatientIndex.PATIENTS;
import static org.patientsapi.query.PatientIndex.PATIENTS_NEXT;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.platform.database.AdvisoryLock;
import org.patientsapi.platform.erasure.Erasures;
import org.patientsapi.platform.eventstore.RecentCommits;
import org.patientsapi.query.PatientIndex.Into;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Keeps the erased out of what the index shows, also when an older state of the index was put back: every start holds the
 * whole erasure ledger against it before the first list is answered.
 */
@Component
class ErasedPatients {

    private static final Logger LOG = LoggerFactory.getLogger(ErasedPatients.class);
    private static final int AT_A_TIME = 1000;

    private final Tombstones tombstones;
    private final IndexGenerations generations;
    private final Erasures erasures;
    private final DataSource dataSource;
    private final Clock clock;
    private volatile boolean allHidden;

    ErasedPatients(
            Tombstones tombstones,
            IndexGenerations generations,
            Erasures erasures,
            DataSource dataSource,
            Clock clock) {
        this.tombstones = tombstones;
        this.generations = generations;
        this.erasures = erasures;
        this.dataSource = dataSource;
        this.clock = clock;
    }

    /** Takes them out of the index. Done again, it does no harm. */
    void hide(Collection<String> patientIds, Into into) {
        if (patientIds.isEmpty()) {
            return;
        }
        if (into != Into.NEXT && tombstones.isThere()) {
            ensureAllHidden();
            tombstones.put(PATIENTS, patientIds);
        }
        if (into != Into.LIVE) {
            tombstones.put(PATIENTS_NEXT, patientIds);
        }
    }

    /** In the generation that is being built. */
    void hideErasedSince(Instant time) {
        hide(erasures.patientIds(time), Into.NEXT);
    }

    /** Holds the whole ledger against the index, once per start. */
    void ensureAllHidden() {
        if (!allHidden) {
            hideAll();
        }
    }

    /** Where it could not be done at the start; whoever waits for a list does not wait for as long as it may take. */
    @Scheduled(fixedDelayString = "${patients.index.look-after-every:5s}")
    void hideAllWhenTheEngineIsBack() {
        try {
            if (!allHidden && tombstones.isThere()) {
                hideAll();
            }
        } catch (StoreUnavailable | DataAccessException away) {
            LOG.warn("A store is away; the erased are hidden, and others listed, when it is back");
        }
    }

    /** Until then every list is refused. */
    boolean areAllHidden() {
        return allHidden;
    }

    /** @throws StoreUnavailable as long as somebody who was erased may be shown */
    void requireAllHidden() {
        if (!allHidden) {
            throw EngineCalls.away();
        }
    }

    private synchronized void hideAll() {
        List<String> erased = erasures.patientIds(Instant.EPOCH);
        for (int from = 0; from < erased.size(); from += AT_A_TIME) {
            List<String> some = erased.subList(from, Math.min(from + AT_A_TIME, erased.size()));
            List<String> found = tombstones.missing(some);
            if (!found.isEmpty()) {
                // Noted first: if this is interrupted nobody finds them again, while the engine's files hold them.
                erasures.indexPurgeIsDue(clock.instant());
                tombstones.put(PATIENTS, found);
            }
        }
        allHidden = true;
    }

    /** Who of these was erased, as later than any version; nobody while the database is away, since nobody is erased then. */
    Map<String, Long> among(List<String> patientIds) {
        try {
            return erasures.erasedAmong(patientIds).stream().collect(toMap(id -> id, id -> RecentCommits.ERASED));
        } catch (DataAccessException away) {
            return Map.of();
        }
    }

    /**
     * At night, on one node, and only when somebody was erased since the last time. Not while there is another generation than
     * the live one, which would keep what it has of them.
     */
    @Scheduled(cron = "${patients.erasure.purge-at:0 30 2 * * *}", zone = "${patients.time-zone:Asia/Kolkata}")
    void purgeFiles() throws InterruptedException {
        try {
            // The first to be done would take back the settings under which another's merge is still to come.
            AdvisoryLock.INDEX_PURGE.holding(dataSource, this::purgeFilesIfDue);
        } catch (StoreUnavailable | SQLException | DataAccessException away) {
            LOG.warn("A store is away; the search engine's files are rid of the erased another time");
        }
    }

    private void purgeFilesIfDue() throws InterruptedException {
        if (erasures.indexPurgeDueSince().isEmpty()) {
            return;
        }
        if (generations.areSeveral()) {
            LOG.warn("A second index is there; the search engine's files are rid of the erased another time");
            return;
        }
        Instant start = clock.instant();
        hideAll();
        tombstones.purgeFiles();
        erasures.indexPurged(start);
        LOG.info("The search engine's files are rid of the erased");
    }
}
