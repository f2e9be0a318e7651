package org.patientsapi.query.feed;

import java.time.Clock;
import java.util.List;
import org.patientsapi.platform.audit.Access;
import org.patientsapi.platform.audit.AccessLedger;
import org.patientsapi.platform.eventstore.LoggedEvent;
import org.patientsapi.platform.security.Caller;

/** Records who was shown whom by the feed. The pseudonymous tier shows nobody. */
final class FeedAccesses {

    private final AccessLedger ledger;
    private final Clock clock;

    FeedAccesses(AccessLedger ledger, Clock clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    /**
     * Returns when it is recorded; only then may the events be sent.
     *
     * @throws org.patientsapi.api.Refusal.StoreUnavailable when it cannot be recorded
     */
    void record(List<LoggedEvent> events, FeedTier tier, Caller caller) {
        if (tier == FeedTier.IDENTIFIED && !events.isEmpty()) {
            ledger.record(Access.search(
                    caller,
                    clock.instant(),
                    events.stream().map(LoggedEvent::patientId).distinct().toList()));
        }
    }
}
