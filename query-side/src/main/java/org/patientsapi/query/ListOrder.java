package org.patientsapi.query;

import java.util.HexFormat;

/**
 * Where a patient stands in lists, newest registration first, as one text that the search engine keeps its documents in the order
 * of: the time of the registration, and the id where two were registered in the same millisecond. The engine leaves a segment
 * after its newest only if the list is asked for in the index's own order, and it knows that order again of texts alone: a number
 * is compared by code of its own, whatever the index is sorted by (Elasticsearch 9.5).
 */
final class ListOrder {

    /** Enough for ten thousand years; of one length, so that texts are in the order of the numbers. */
    private static final int DIGITS = 12;

    private static final long LATEST = (1L << (4 * DIGITS)) - 1;

    private ListOrder() {}

    static String of(long registeredAt, String id) {
        return HexFormat.of().toHexDigits(registeredAt, DIGITS) + id;
    }

    static String of(Position place) {
        return of(millis(place), place.id());
    }

    /** When whoever stands there was registered, or the nearest time that there is: a client may make a cursor up. */
    static long millis(Position place) {
        return Math.clamp((long) place.value(), 0, LATEST);
    }

    static Position place(String listOrder) {
        return new Position(HexFormat.fromHexDigitsToLong(listOrder, 0, DIGITS), listOrder.substring(DIGITS));
    }
}
