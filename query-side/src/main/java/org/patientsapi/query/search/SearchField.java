package org.patientsapi.query.search;

/**
 * The fields of the search index. Every one is a list of ready-made tokens, mapped as {@code keyword}: all folding is
 * done here, in Java, so that the index needs no analyzer and the rules can be tested without one.
 */
public enum SearchField {
    /** Words of the patient's own name in Latin letters, in every reading. */
    WORD("word"),
    /** Words by spelling key, one for Laxmi and Lakshmi; also of two neighbours written as one word. */
    KEY("key"),
    /** Beginnings of the words, two letters and more. */
    PREFIX("prefix"),
    /** Beginnings of the words as they are spelt after folding. */
    KEY_PREFIX("key_prefix"),
    /** Words in the forms by which one with a typing error is found, see {@link Typos}. */
    NEAR("near"),
    /** Words by sound. */
    SOUND("sound"),
    /** A relative's words, which are in no other field: by spelling key, and their beginnings, each with a hyphen behind. */
    RELATIVE("relative"),
    /** First letters with how often they begin a word: {@code k}, {@code k2}; folded ones as {@code ~k}. */
    INITIAL("initial"),
    /** The whole name: as written; its sorted spelling keys after {@code ~}; the number of its words after {@code #}. */
    WHOLE("whole"),
    /**
     * The digits of the phone number with country code, last digit first, so that "ends in" is a prefix; and after {@code >} as
     * they are.
     */
    PHONE("phone"),
    /** The patient number without hyphen, in small letters. */
    PATIENT_NUMBER("patient_number"),
    /** The fourteen digits of the ABHA number. */
    ABHA_NUMBER("abha_number"),
    /** The ABHA address in small letters. */
    ABHA_ADDRESS("abha_address");

    private final String fieldName;

    SearchField(String fieldName) {
        this.fieldName = fieldName;
    }

    /** The name of the field in the document, below the object that holds the tokens. */
    public String fieldName() {
        return fieldName;
    }
}
