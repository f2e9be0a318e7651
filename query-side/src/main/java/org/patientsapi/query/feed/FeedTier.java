package org.patientsapi.query.feed;

import java.util.Locale;
import org.patientsapi.platform.security.Caller;

/** How much of a patient's events a consumer may know. */
enum FeedTier {
    /** Analytics without the person: see {@link PseudonymousData}. */
    PSEUDONYMOUS,
    /** The events as they are. */
    IDENTIFIED;

    static final String IDENTIFIED_SCOPE = "events:identified";

    static FeedTier of(Caller caller) {
        return caller.hasScope(IDENTIFIED_SCOPE) ? IDENTIFIED : PSEUDONYMOUS;
    }

    /** As it stands in the address of a schema. */
    String path() {
        return name().toLowerCase(Locale.ROOT);
    }
}
