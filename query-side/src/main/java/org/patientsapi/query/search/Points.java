package org.patientsapi.query.search;

/**
 * What each way of meeting a part of the text is worth. Whole numbers, so that sums are exact in whatever order they
 * are made, and so equal matches have equal scores on every page.
 */
final class Points {

    // A number, the most first.

    /** A whole phone, patient or ABHA number or address: above all that names can add up to. */
    static final int IDENTIFIER = 100_000;

    /** The last digits of a phone number: what a caller is asked for. */
    static final int PHONE_PART = 30_000;

    static final int IDENTIFIER_PART = 20_000;

    // A word of a name, the most first.

    static final int EXACT = 1000;
    static final int PREFIX = 930;
    static final int SPELT = 900;
    static final int JOINED = 800;
    static final int SPELT_PREFIX = 700;

    /** How the word and the one before it, written as one, begin. */
    static final int JOINED_PREFIX = 690;

    /** A relative's name, whole or its beginning: less than any of those by which its bearer is met by the same letters. */
    static final int RELATIVES_NAME = 650;

    /** One typing error in the letters as they stand on record. */
    static final int NEAR = 560;

    /** An initial that stands on the record too. */
    static final int SAME_INITIAL = 550;

    /** No typing error, but a spelling that no rule explains. */
    static final int SAME_OUTLINE = 540;

    /** A beginning that folding has left three letters of: "rhit" is Ritesh, but rather Rohit mistyped. */
    static final int SHRUNK_PREFIX = 500;

    /** One of two letters that were written together and stand apart on record: both are more than a beginning. */
    static final int INITIAL_APART = 490;

    /** One typing error in another spelling. */
    static final int NEAR_OUTLINE = 480;

    static final int INITIAL = 450;

    /** The same of a single letter, which is rather an initial. */
    static final int JOINED_INITIAL = 440;

    static final int FOLDED_INITIAL = 350;

    /** An initial in the text that is a relative's on record: less than whoever's own name begins so. */
    static final int RELATIVES_INITIAL = 320;

    static final int INITIAL_ON_RECORD = 300;
    static final int SOUND = 200;

    /** Two typing errors in a long word. */
    static final int FAR = 150;

    // All words together, the most first.

    /** The words but one that is often left out are the whole name, in any order and spelling: instead of those of each. */
    static final int WHOLE_BUT_ONE = 400;

    /** The words are the whole name, in its order. */
    static final int WHOLE = 300;

    /**
     * The words are the whole name in any order and spelling: Sunil Kumar for "Suneel Kumar" is before Suneel Kumar Rao.
     */
    static final int WHOLE_SPELT = 250;

    /** The record holds no other words than were asked for. */
    static final int AS_MANY_WORDS = 40;

    // What nobody must bear, the most first.

    /** A title in the text is a name on record: Sri Kumar. */
    static final int TITLE_AS_NAME = 400;

    /** A title in the text is how a name on record begins; less than what the whole name is worth. */
    static final int TITLE_AS_PREFIX = 100;

    /** A word of the relative's name, after S/o and the like: tells two equals apart, no more. */
    static final int RELATIVE = 4;

    private Points() {}
}
