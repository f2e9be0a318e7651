package org.patientsapi.query.search;

/**
 * The letters of a word brought to one for each group that spellings mix, letter by letter. {@link SpellingKey} looks at
 * neighbours, so that one wrong letter can change several of its own; here one wrong letter stays one, which is what
 * counting typing errors needs, and most spellings of a name still have one outline.
 */
final class Outline {

    private Outline() {}

    /** @param spelling a-z and 0-9 */
    static String of(String spelling) {
        var out = new StringBuilder(spelling.length());
        for (int i = 0; i < spelling.length(); i++) {
            switch (spelling.charAt(i)) {
                // Aspiration, and the h of sh: written or not.
                case 'h' -> {}
                case 'x' -> add(add(out, 'k'), 's');
                case 'w', 'b' -> add(out, 'v');
                case 'z' -> add(out, 'j');
                case 'q' -> add(out, 'k');
                // ph without its h.
                case 'f' -> add(out, 'p');
                case 'd' -> add(out, 't');
                // ee and ie write i, oo writes u.
                case 'e' -> add(out, 'i');
                case 'o' -> add(out, 'u');
                default -> add(out, spelling.charAt(i));
            }
        }
        return out.isEmpty() ? spelling : out.toString();
    }

    /** Adds the letter unless it doubles the last one. */
    private static StringBuilder add(StringBuilder out, char letter) {
        return !out.isEmpty() && out.charAt(out.length() - 1) == letter ? out : out.append(letter);
    }
}
