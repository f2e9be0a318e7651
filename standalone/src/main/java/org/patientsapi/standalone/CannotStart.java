package org.patientsapi.standalone;

/** What keeps the product from starting, as one sentence for the person at the terminal. */
final class CannotStart extends RuntimeException {

    CannotStart(String sentence) {
        super(sentence, null, false, false);
    }
}
