package org.patientsapi.values;

import org.jspecify.annotations.Nullable;

/** A first or a last name, in whatever script its bearer writes it; what is a usual name is not ours to judge. */
public record PersonName(String value) {

    private static final int LONGEST = 100;

    /**
     * In Unicode NFC, with single spaces between the parts. The zero-width joiners stay where Indic and Persian spelling
     * uses them, which is after a letter or vowel sign and, at the end of a part, after a virama; elsewhere they only hide a
     * difference and are dropped.
     *
     * @throws InvalidValue {@code required}, {@code too_long} (100 characters), {@code forbidden_character}, or
     *     {@code invalid_format} if there is no letter in it
     */
    public static PersonName parse(String raw) {
        String name = Characters.normalise(raw, LONGEST);
        // What a dropped joiner kept apart may compose, and leave the next joiner with nothing to join.
        for (String before = ""; !name.equals(before); ) {
            before = name;
            name = Characters.normalise(tidy(name), LONGEST);
        }
        if (name.codePoints().noneMatch(Character::isLetter)) {
            throw InvalidValue.invalidFormat("A name has at least one letter.");
        }
        return new PersonName(name);
    }

    /** What the desk reads out: first and last name joined by one space, or the only name there is. */
    public static String full(String first, @Nullable String last) {
        return last == null || last.isEmpty() ? first : first + " " + last;
    }

    private static String tidy(String name) {
        int[] in = name.codePoints().toArray();
        StringBuilder out = new StringBuilder(name.length());
        int previous = ' ';
        for (int i = 0; i < in.length; i++) {
            int next = i + 1 < in.length ? in[i + 1] : ' ';
            int current = Character.isSpaceChar(in[i]) ? ' ' : in[i];
            boolean dropped = current == ' ' ? previous == ' ' : Characters.isJoiner(current) && !joins(previous, next);
            if (!dropped) {
                out.appendCodePoint(current);
                previous = current;
            }
        }
        return out.toString();
    }

    private static boolean joins(int previous, int next) {
        return Characters.isMark(previous) || (Character.isLetter(previous) && Characters.isLetterOrMark(next));
    }

    @Override
    public String toString() {
        return value;
    }
}
