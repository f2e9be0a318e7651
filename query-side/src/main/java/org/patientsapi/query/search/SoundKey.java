package org.patientsapi.query.search;

/**
 * How a word sounds to someone who does not know the name: consonants by the place where they are spoken, vowels only
 * where little else is left. Coarser than {@link SpellingKey}, so it ranks last; it finds what was written down by ear,
 * and Tamil, whose letters do not tell k from g nor p from b.
 */
final class SoundKey {

    /** With fewer consonants than this the vowels are kept, or Anu, Una and Ina would be one. */
    private static final int CONSONANTS_THAT_SUFFICE = 3;

    private SoundKey() {}

    /** @param folded a word by {@link SpellingKey#folded} */
    static String of(String folded) {
        var consonants = new StringBuilder();
        var all = new StringBuilder();
        int count = 0;
        for (int i = 0; i < folded.length(); i++) {
            char sound = sound(folded.charAt(i));
            boolean vowel = "aiu".indexOf(sound) >= 0;
            boolean glide = sound == 'h' || sound == 'y';
            if (!vowel && !glide) {
                count += append(consonants, sound) ? 1 : 0;
                append(all, sound);
            } else if (i == 0) {
                consonants.append(sound);
                all.append(sound);
            } else if (vowel) {
                append(all, sound);
            }
        }
        return count >= CONSONANTS_THAT_SUFFICE ? consonants.toString() : all.toString();
    }

    private static boolean append(StringBuilder out, char sound) {
        if (!out.isEmpty() && out.charAt(out.length() - 1) == sound) {
            return false;
        }
        out.append(sound);
        return true;
    }

    private static char sound(char letter) {
        return switch (letter) {
            case 'k', 'g' -> 'k';
            case 'p', 'f', 'v' -> 'p';
            case 's', 'C', 'x' -> 's';
            case 'e', 'i' -> 'i';
            case 'o', 'u' -> 'u';
            default -> letter;
        };
    }
}
