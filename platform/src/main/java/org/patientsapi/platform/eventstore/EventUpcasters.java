package org.patientsapi.platform.eventstore;

import org.axonframework.serialization.upcasting.event.EventUpcasterChain;

/**
 * From every older shape of an event to the next, oldest first. To change an event: count its revision up, add here the
 * upcaster from the revision before, and add a golden file; the files of older revisions stay as they are.
 */
final class EventUpcasters {

    private EventUpcasters() {}

    static EventUpcasterChain chain() {
        return new EventUpcasterChain();
    }
}
