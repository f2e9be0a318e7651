package org.patientsapi.platform.eventstore;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Which version of which patient was committed lately, here or on another node, so that a read knows what it must not be
 * older than. What this node commits is in here before the committing call returns; what others commit, milliseconds later.
 */
public final class RecentCommits {

    /** Of an erased patient: later than any version that a patient can have, so nothing is ever newer. */
    public static final long ERASED = 100_000_000_000_000_000L;

    /** Far longer than a projection lags while it works at all. */
    private static final Duration KEPT = Duration.ofMinutes(10);

    private static final int MAX_PATIENTS = 100_000;

    private final Cache<String, Long> versions = Caffeine.newBuilder()
            .maximumSize(MAX_PATIENTS)
            .expireAfterWrite(KEPT)
            .build();

    /** @param version how many events the patient has, which is the last sequence number + 1; or {@link #ERASED} */
    void committed(String patientId, long version) {
        versions.asMap().merge(patientId, version, Math::max);
    }

    /** Whether the patient was erased lately; false says nothing about what is older. */
    public boolean isErased(String patientId) {
        return versionOf(patientId).orElse(0) == ERASED;
    }

    /** The newest version known; empty when nothing was committed lately, which says nothing about what is older. */
    public OptionalLong versionOf(String patientId) {
        Long version = versions.getIfPresent(patientId);
        return version == null ? OptionalLong.empty() : OptionalLong.of(version);
    }
}
