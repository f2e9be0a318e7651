package org.patientsapi.query.search;

import com.ibm.icu.lang.UScript;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * From the signs of an Indic word (ISO 15919, where every written consonant carries its inherent a) to the spellings
 * that its bearer would use in Latin letters.
 */
final class IndicReading {

    private static final Set<Integer> SCHWA_DROPPING =
            Set.of(UScript.DEVANAGARI, UScript.BENGALI, UScript.GUJARATI, UScript.GURMUKHI, UScript.ORIYA);

    private static final Pattern SIGN = Pattern.compile("[kgcjtdpbṭḍṛ]h|a[iu]|[rl]\u0325|m\u0310|.", Pattern.DOTALL);
    private static final Set<String> VOWELS = Set.of(
            "a", "ā", "i", "ī", "u", "ū", "r\u0325", "l\u0325", "e", "ē", "o", "ō", "ai", "au", "ê", "ô", "ĕ", "ŏ");
    private static final Set<String> NASALS = Set.of("n", "m", "ṅ", "ñ", "ṇ", "ṉ", "ṁ", "m\u0310");

    private IndicReading() {}

    static List<String> of(String signs, int script) {
        return spelt(units(signs), script);
    }

    /**
     * How a word is read where more of it may follow. At its end a consonant without a vowel sign may still get one in place of the
     * inherent a, or another consonant: Telugu nāga is how Nageshwar begins, Hindi rāva not only Rao but Rawat. A nasal is spoken as
     * what follows wants it: rāṁ begins Rambabu, saṁ Sanjay.
     */
    static List<String> ofBeginning(String signs, int script) {
        var units = units(signs);
        int last = units.size() - 1;
        var beginnings = new LinkedHashSet<String>();
        if (last > 0 && units.get(last).equals("a") && !isVowel(units, last - 1)) {
            units.set(last, "i");
            spelt(units, script).forEach(latin -> beginnings.add(latin.substring(0, latin.length() - 1)));
            units.removeLast();
            beginnings.addAll(spelt(units, script));
        } else if (last > 0 && units.get(last).equals("ṁ")) {
            for (var nasal : List.of("n", "m")) {
                units.set(last, nasal);
                beginnings.addAll(spelt(units, script));
            }
        }
        if (script == UScript.TAMIL && last > 0 && units.getLast().equals("ṭ")) {
            // Half of kṣ: mīnāṭ is how Meenakshi begins.
            units.add("c");
            beginnings.addAll(spelt(units, script));
        }
        return List.copyOf(beginnings);
    }

    private static List<String> units(String signs) {
        var units = new ArrayList<String>();
        var matcher = SIGN.matcher(Normalizer.normalize(signs, Normalizer.Form.NFC));
        while (matcher.find()) {
            units.add(matcher.group());
        }
        return units;
    }

    private static List<String> spelt(List<String> units, int script) {
        var readings = new LinkedHashSet<List<String>>();
        if (SCHWA_DROPPING.contains(script)) {
            withoutSilentVowels(units, readings);
        } else if (script == UScript.TAMIL) {
            tamil(units, readings);
        } else {
            readings.add(units);
        }
        var spelt = new LinkedHashSet<String>();
        for (var reading : readings) {
            var latin = spell(reading, script);
            spelt.add(latin);
            if (script == UScript.BENGALI && latin.startsWith("y")) {
                // Bengali says an initial y as j: Yadab is also Jadab.
                spelt.add("j" + latin.substring(1));
            }
        }
        return List.copyOf(spelt);
    }

    /**
     * The northern languages do not speak the inherent a at the end of a word (rājēśa is Rajesh) nor, mostly, between
     * two syllables that can do without it (harabhajana is Harbhajan). Latin spellings follow speech at the end; in the
     * middle both are met (Kamla and Kamala), and so they are after a cluster (Krishna, but Garg).
     */
    private static void withoutSilentVowels(List<String> units, Set<List<String>> readings) {
        var spoken = new ArrayList<>(units);
        int last = spoken.size() - 1;
        boolean closingA = last >= 2 && spoken.get(last).equals("a") && !isVowel(spoken, last - 1);
        boolean cluster = closingA && !isVowel(spoken, last - 2);
        boolean kept = cluster && !(NASALS.contains(spoken.get(last - 2)) && last >= 3 && isVowel(spoken, last - 3));
        if (kept) {
            readings.add(withoutMiddleFromEnd(spoken));
        }
        if (closingA) {
            spoken.remove(last);
        }
        readings.add(withoutMiddleFromEnd(spoken));
        readings.add(withoutMiddleFromStart(spoken));
        readings.add(spoken);
    }

    /** Of two in a row only one can go. Mostly it is the later one: amaranātha is Amarnath. */
    private static List<String> withoutMiddleFromEnd(List<String> units) {
        var spoken = new ArrayList<>(units);
        for (int i = spoken.size() - 2; i >= 2; i--) {
            if (isSilent(spoken, i)) {
                spoken.remove(i);
            }
        }
        return spoken;
    }

    /** In compounds it is the one at their seam: harabhajana is Harbhajan. */
    private static List<String> withoutMiddleFromStart(List<String> units) {
        var spoken = new ArrayList<>(units);
        for (int i = 2; i < spoken.size() - 1; i++) {
            if (isSilent(spoken, i)) {
                spoken.remove(i);
            }
        }
        return spoken;
    }

    private static boolean isSilent(List<String> units, int at) {
        return units.get(at).equals("a")
                && !isVowel(units, at - 1)
                && isVowel(units, at - 2)
                && !isVowel(units, at + 1)
                && opensSyllable(units, at + 1);
    }

    /** One consonant and a vowel, or a consonant with r and a vowel (gurapreet is Gurpreet). */
    private static boolean opensSyllable(List<String> units, int at) {
        return isVowel(units, at + 1)
                || (at + 2 < units.size() && units.get(at + 1).equals("r") && isVowel(units, at + 2));
    }

    /**
     * Tamil writes one letter for k and g, for c, s and j, for p and b, and parts Sanskrit's clusters by a vowel. Between
     * vowels and after a nasal the soft sound is spoken (murukaṉ is Murugan); at the beginning both occur (kaṇēṣ is
     * Ganesh, kumār is Kumar). A c is hard only where it is doubled: tamiḻcelvi is Tamilselvi, paccai Pachai.
     */
    private static void tamil(List<String> units, Set<List<String>> readings) {
        var soft = new ArrayList<String>();
        for (int i = 0; i < units.size(); i++) {
            var unit = units.get(i);
            if (unit.equals("ṭ") && i + 1 < units.size() && units.get(i + 1).equals("c")) {
                // Tamil writes kṣ as ṭc: mīnāṭci is Meenakshi, laṭcumi Lakshmi.
                soft.add("k");
                soft.add("ṣ");
                i += i + 3 < units.size()
                                && units.get(i + 2).equals("u")
                                && units.get(i + 3).equals("m")
                        ? 2
                        : 1;
                continue;
            }
            boolean afterVowel = i > 0 && isVowel(units, i - 1) && isVowel(units, i + 1);
            boolean afterNasal = i > 0 && NASALS.contains(units.get(i - 1));
            boolean doubled =
                    i > 0 && (!isVowel(units, i + 1) || units.get(i - 1).equals("c"));
            soft.add(
                    switch (unit) {
                        case "k" -> afterVowel || afterNasal ? "g" : "k";
                        case "p" -> afterVowel || afterNasal ? "b" : "p";
                        case "c" -> afterNasal ? "j" : doubled ? "c" : "s";
                        case "ṭ", "t" -> afterNasal ? "d" : unit;
                        default -> unit;
                    });
        }
        var together = new ArrayList<>(soft);
        for (int i = together.size() - 3; i >= 1; i--) {
            boolean filler = together.get(i).equals("i") || together.get(i).equals("u");
            if (filler
                    && "kgcjtdpbṭḍ".contains(together.get(i - 1))
                    && together.get(i + 1).equals("r")
                    && isVowel(together, i + 2)) {
                together.remove(i);
            }
        }
        var bases = new LinkedHashSet<List<String>>(List.of(together, soft));
        for (var base : bases) {
            readings.add(base);
            var other = switch (base.isEmpty() ? "" : base.getFirst()) {
                case "k" -> "g";
                case "p" -> "b";
                case "s" -> "c";
                default -> "";
            };
            if (!other.isEmpty()) {
                var softer = new ArrayList<>(base);
                softer.set(0, other);
                readings.add(softer);
            }
        }
    }

    private static boolean isVowel(List<String> units, int at) {
        return at >= 0 && at < units.size() && VOWELS.contains(units.get(at));
    }

    private static String spell(List<String> signs, int script) {
        // Rao is written rāv or rāvu: the closing v after a long a is the glide of a diphthong.
        var units = new ArrayList<>(signs);
        if (units.size() >= 3 && units.getLast().equals("u") && isGlide(units, units.size() - 2)) {
            units.removeLast();
        }
        if (isGlide(units, units.size() - 1)) {
            units.set(units.size() - 1, "o");
        }
        var out = new StringBuilder();
        for (int i = 0; i < units.size(); i++) {
            var unit = units.get(i);
            var next = i + 1 < units.size() ? units.get(i + 1) : "";
            if (unit.length() == 2 && unit.charAt(1) == 'h' && unit.equals(next)) {
                // A doubled aspirate is written with one h: Siddhu.
                out.append(unit.charAt(0));
                continue;
            }
            out.append(
                    switch (unit) {
                        case "ś", "ṣ" -> "sh";
                        case "c" -> next.equals("c") ? "" : "ch";
                        case "ch" -> "chh";
                        case "r\u0325" -> "ri";
                        case "l\u0325" -> "lri";
                        case "ḻ" -> "zh";
                        case "ẏ" -> "y";
                        // Sanskrit's jñ is spoken gy in the north: jñāna is Gyan.
                        case "j" -> next.equals("ñ") ? "g" : "j";
                        case "ñ" -> i > 0 && units.get(i - 1).equals("j") ? "y" : "n";
                        case "ṁ" -> next.isEmpty() ? closingNasal(script) : nasalBefore(next);
                        case "m\u0310" -> next.isEmpty() ? "n" : nasalBefore(next);
                        case "ḥ" -> "";
                        default -> unit;
                    });
        }
        return out.toString();
    }

    private static String nasalBefore(String next) {
        return "pbm".indexOf(next.charAt(0)) >= 0 ? "m" : "n";
    }

    /** Telugu satyaṁ is Satyam, Bengali siṁ is Singh, and Hindi khāṁ is Khan. */
    private static String closingNasal(int script) {
        return switch (script) {
            case UScript.TELUGU, UScript.KANNADA, UScript.MALAYALAM -> "m";
            case UScript.BENGALI -> "ng";
            default -> "n";
        };
    }

    private static boolean isGlide(List<String> units, int at) {
        return at >= 2 && units.get(at).equals("v") && units.get(at - 1).equals("ā");
    }
}
