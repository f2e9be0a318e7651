package org.patientsapi.api;

/**
 * Whose child somebody is who was registered at birth.
 *
 * @param motherId the mother's {@code id}
 * @param birthOrder 1 for the first of a birth, 2 for the second of twins, and so on
 */
public record Newborn(String motherId, int birthOrder) {

    /** More children have not been born at once and lived. */
    public static final int MOST_AT_A_BIRTH = 12;
}
