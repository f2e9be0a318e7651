package org.patientsapi.query;

import org.patientsapi.query.search.SearchQuery;

/**
 * A place in an order that does not shift while others are added: a sort value, and the id of what is there.
 *
 * @param attempt of {@link SearchQuery#clause} among whose people it is a place
 */
record Position(double value, String id, int attempt) {
    Position(double value, String id) {
        this(value, id, 0);
    }
}
