package org.patientsapi.query.search;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One key for all the usual Latin spellings of one Indian name. Latin letters have no settled values for Indian sounds:
 * aspiration, length of vowels and the choice between v, w and b are written as the family or the clerk pleased. Each
 * rule gives the pair that it was made for; they run in this order.
 */
final class SpellingKey {

    /** A name's families of spellings that no rule of letters explains, each brought to one of them. */
    private static final List<Rule> FAMILIES = List.of(
            // One Arabic name, shortened on every Indian form: Mohd, Md, Mo, Mohammed, Muhammad, and Urdu's bare
            // consonants. Gujarat, the Deccan and the east begin it with ma, but Mahmud is another name. Tamil may
            // write a g for h, and a u behind the last consonant.
            whole(
                    "m(?:d|o|hd|hmd|o+h?d|uhd)|m[ou]+h*[ae]*m+[aeiou]*t?d|mah+[ae]*m+[ae]d|m[ou][gh]+am+[ae][td]u?",
                    "mohamad"),
            whole("ah[ae]?m+[ae]d|ahmad|ahemad|amhad", "amad"),
            // The article of Abdul takes the sound of what follows (Abdur Rahman), and is shortened.
            whole("abd[ou]?[lrs]?|abdool|abdel", "abdul"),
            whole("h[ou]s+(?:ai|ei|e|ay|i|ia)n", "husen"),
            whole("s(?:h?aikh?|h?ei?kh?|h?aik|h?eik|k)", "sek"),
            // Arabic sayyid, its short vowels written or not; Tamil writes t, and a u behind it. Saeed is another name.
            whole("s(?:y|[ae]i?y+)[aei](?:d|tu?)", "sayad"),
            // Short forms of forms and ledgers: Kr. for Kumar, Pd. for Prasad.
            whole("kr|kmr", "kumar"),
            whole("pd|prsd", "prasad"),
            // Ayyar, Iyer, Aiyar write the same Tamil word; Iyengar goes with it.
            whole("(?:ai?y*|iy*|ei?y+)[ae]r", "ayar"),
            whole("(?:ai?y*|iy*|ei?y+)[ae]ngar", "ayangar"),
            whole("ch(?:a|o|u)(?:u|w|v)?d+h?[aou]?r(?:y|i|ie|ee|ey)", "chodri"),
            whole("a+g+a?r[ae]?[wv]a+l", "agarval"),
            // The glide between two vowels is written or not: Goyal, Goel.
            whole("go(?:y[ae]|e|i)l", "goyal"),
            whole("n(?:ai?|ay+|ai?y)[ae]?r", "nayar"),
            whole("na(?:i|y|yu)d(?:u|oo)", "nayudu"),
            whole("na(?:i|ya|ye)ka?", "nayak"),
            // English and Bengali forms of one surname: Banerjee is Bandyopadhyay, Bose is Basu.
            whole("b[ao]n+[ae]r?j(?:ee|i|ea|y)|b[ao]nd[yo]*[ou]*padh[aiy]+a?y?a?", "banarji"),
            whole("m[uo]+kh?[ae]r+j(?:ee|i|ea|y)|mukh?[ou]padh[aiy]+a?y?a?", "mukarji"),
            whole("ch[ao]t+[ae]r?j(?:ee|i|ea|y)|ch[ao]t+[ou]padh[aiy]+a?y?a?", "chatarji"),
            whole("bh?[ao]t+[ao]ch[ae]r(?:j(?:ee|i|ea|y|ya)|y+a)", "batacharya"),
            whole("gang[ou]l[iy]|gang[ou]padh[aiy]+a?y?a?", "ganguli"),
            whole("ch[ao][kc]+r[ao][bv][ao]r+t+[hiy]+", "chakravarti"),
            whole("b(?:ose|asu|osu|oshu)", "basu"),
            whole("d[ua]t+a?", "data"),
            // Bengali and Odia speak the inherent vowel as o: Mondal, Mohapatra, Subroto, Prosenjit.
            whole("m[ao]nd[ao]l", "mandal"),
            whole("m[ao]h[ao]p[ao]tr[ao]", "mahapatra"),
            whole("s[ou]+br[ao]t[ao]", "subrata"),
            whole("pr[ao]s[ae]n+j[ie]+t", "prasenjit"),
            // Hindi writes the Singh of every form as siṁh; Gujarat keeps Sinh.
            whole("s(?:i|ee)n(?:gh*|h)|simh", "sing"),
            // Vowel r and the lost final vowel: Krishna, Krishan, Krushna.
            whole("kr[iu]+s[h]*[ae]?n[ah]*", "krisna"),
            whole("k[iu]+s[h]*[ae]n[ah]*", "kisan"),
            // English names as Indic scripts write their sounds: मेरी, मैरी; जॉर्ज, ஜார்ஜ்.
            whole("m(?:e|ai)r[iy]", "mari"),
            whole("(?:geo|jo|ja)r(?:ge|j+a?)", "george"));

    private static final List<Rule> RULES = List.of(
            // The article of Abdul takes the sound of what follows in one word too: Abdurrahman, Abdul Rahman.
            rule("^abd[ou]+l?r+(?=[aeiou])", "abdulr"),
            // Tamil says Sanskrit's svami without v: Palanisamy, Palaniswami. Alone Sami is another name.
            rule("(?<=.)s[vw](?=a+m[iy]$)", "s"),
            // It writes Sanskrit's ksh as tch: Meenatchi, Visalatchi. Natchimuthu has a tch of its own, Nachimuthu.
            rule("(?<=a)(?<!^na)tch(?=i)", "x"),
            // Tamil's third l is written zh or l: Pazhanisamy, Palanisamy. In Azhar, Nuzhat z and h are two letters.
            rule("(?<=.)zh(?![ae](?:r|th?)(?:$|u))", "l"),
            // Sanskrit jñ is spoken gy, gn, dny by region: Gyaneshwar, Jnaneshwar, Dnyaneshwar.
            rule("(?:jn|dny|jny|gny)(?=[aeiou])|gn(?=[aeou])", "gy"),
            // Marathi, Gujarati, Odia and Telugu speak the Sanskrit vowel r as ru: Vrunda, Krushna, Pruthvi.
            rule("(?<=[bcdfghjkmnpstvw])ru(?=[bcdfghjklmnpstvwxz])", "ri"),
            // Punjabi and Haryanvi write -nder or -inder for Sanskrit -ndra: Rajinder, Rajender, Rajendra.
            rule("[ie]nd(?:[aei]r|ra|r|ro)$", "indr"),
            rule("nd(?:[ae]r|ra|r)$", "ndr"),
            // English for the sound ksh: Laxmi, Lakshmi, Meenakshi, Akshay, also with a lost h.
            rule("k+s+h*|x+h*", "x"),
            // English sounds written otherwise: Christopher, Kristofer; Victor, Viktor; Cyril, Siril.
            rule("chr", "kr"),
            rule("ch+", "C"),
            rule("ck|c(?![eiyC])", "k"),
            rule("c", "s"),
            rule("qu|q", "k"),
            // Long vowels are written single, doubled or the English way: Deepak, Dipak; Poornima, Purnima.
            rule("ee+|ie(?=[bcdfghjklmnpqrstvwxzC]|$)", "i"),
            rule("oo+", "u"),
            rule("aa+", "a"),
            // The diphthong au: Chaudhary, Chowdhury, Choudhury; Gowda, Gauda; Rao, Rau, Row.
            rule("(?:au|ou|ow)(?=[bcdfghjklmnpqrstvwxzC])|(?:au|ow|ao|ou)$", "o"),
            // The diphthong ai: Shailesh, Sheilesh, South Indian Shylaja; at the end Pandey, Pande; Sanjay, Sanjai.
            rule("(?:ai|ei|ay|ey|ae)(?=[bcdfghjklmnpqrstvwxzC]|$)", "e"),
            rule("(?<=[bcdfghjklmnpqrstvwxzC])y(?=[bcdfghjklmnpqrstvwxzC])", "e"),
            // A glide that speech puts in or leaves out: Priya, Pria; Surya, Suriya; Subramaniam, Subramanyam.
            rule("(?<=[bcdfghjklmnpqrstvwxzC])(?:iy|i|y)(?=[aou])", "y"),
            // Closing y is i: Reddy, Reddi; Murthy, Murti.
            rule("(?<=[^aeiou])[yi]e?$", "i"),
            // South and north choose v, w, b, bh by ear: Vrinda, Brinda; Vaibhav, Baibhab; Biswas, Vishwas.
            rule("[vwb]h?", "v"),
            // Arabic z is j in the east and the south: Zakir, Jakir.
            rule("z", "j"),
            rule("ph", "f"),
            // The south writes th for the dental t and t for the retroflex, the north t and t: Geetha, Gita; also Tamil
            // does not tell t from d.
            rule("[td]h*", "t"),
            // h after a consonant (aspiration, sh for s) and before one, or at the end, is not heard by all: Sharma,
            // Sarma; Subrahmanya, Subramanya; Shah, Sha.
            rule("(?<=[^aeiou])h+|h+(?=[^aeiou])|h+$", ""),
            // Doubled letters mark stress, a dot in Urdu, or nothing: Mohammed, Reddy, Pillai.
            rule("([a-zC])\\1+", "$1"));

    private static final List<Rule> ENDINGS = List.of(
            // The Tamil endings -yan and -yam of one Sanskrit name: Subramaniam, Subrahmanyan.
            rule("y[ae][mn]$", "yan"),
            // English -er is -ar: Sunder, Sundar; Paniker, Panikar.
            rule("(?<=[^aeiou])er$", "ar"));

    private static final int SHORTEST_STEM = 3;

    private SpellingKey() {}

    /** The key of a whole word: words with equal keys are one name spelt in two ways. */
    static String of(String word) {
        return ofFolded(folded(word));
    }

    /** @param folded a word by {@link #folded} */
    static String ofFolded(String folded) {
        // The last a is spoken in the south and in Sanskrit, not in the north: Rama, Ram; Ashoka, Ashok.
        return folded.length() > SHORTEST_STEM && folded.endsWith("a")
                ? folded.substring(0, folded.length() - 1)
                : folded;
    }

    /** The key with its last vowel kept, the form in which typing errors are counted: Anita is not near Anil. */
    static String folded(String word) {
        var key = open(family(word));
        for (var rule : ENDINGS) {
            key = rule.apply(key);
        }
        return key;
    }

    /** The folding of a word of which perhaps only the beginning was typed: no rule about whole words or endings. */
    static String open(String word) {
        var key = word;
        for (var rule : RULES) {
            key = rule.apply(key);
        }
        return key.isEmpty() ? word : key;
    }

    private static String family(String word) {
        for (var family : FAMILIES) {
            if (family.pattern.matcher(word).matches()) {
                return family.replacement;
            }
        }
        return word;
    }

    private static Rule rule(String pattern, String replacement) {
        return new Rule(Pattern.compile(pattern), replacement);
    }

    private static Rule whole(String pattern, String key) {
        return new Rule(Pattern.compile(pattern), key);
    }

    private record Rule(Pattern pattern, String replacement) {
        String apply(String word) {
            return pattern.matcher(word).replaceAll(replacement);
        }
    }
}
