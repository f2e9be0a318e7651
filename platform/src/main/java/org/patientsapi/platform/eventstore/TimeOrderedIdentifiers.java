package org.patientsapi.platform.eventstore;

import com.github.f4b6a3.uuid.UuidCreator;
import org.axonframework.common.IdentifierFactory;

/**
 * Event ids that grow with time (UUIDv7), so that the index on them stays fast however many events there are. Axon finds
 * this class by Java's service loader.
 */
public final class TimeOrderedIdentifiers extends IdentifierFactory {

    @Override
    public String generateIdentifier() {
        return UuidCreator.getTimeOrderedEpoch().toString();
    }
}
