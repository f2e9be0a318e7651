package org.patientsapi.sample;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.patientsapi.sample.IndianRegister.Part;
import org.patientsapi.sample.IndianRegister.Patient;

/**
 * Texts that a front desk would type to find a patient of a register, each with a test of who was meant. The test knows
 * the true names, not the engine's rules. Two halves: spelling pairs and scripts' names of one do not occur in the other.
 */
public final class LabelledQueries {

    public enum Half {
        TUNING(0),
        SCORING(1);

        /** Of an even or odd number, and so of a name's hash. */
        private final int parity;

        Half(int parity) {
            this.parity = parity;
        }
    }

    public enum Slice {
        EXACT,
        ORDER,
        PART,
        PREFIX,
        TYPO,
        SPELLING,
        SCRIPT,
        INITIALS,
        TITLES,
        PHONE_PART,
        IDENTIFIERS,
        MIXED
    }

    /**
     * @param meant right answers
     * @param owed how many of them have to be among the first ten
     */
    public record Query(Slice slice, String text, Predicate<Patient> meant, int owed) {}

    /** @param owed those of the right answers that must be shown, as far as ten places go */
    private record Draft(Slice slice, String text, Predicate<Patient> meant, Predicate<Patient> owed) {
        Draft(Slice slice, String text, Predicate<Patient> meant) {
            this(slice, text, meant, meant);
        }

        Query in(IndianRegister register) {
            long count = register.patients().stream()
                    .filter(owed)
                    .limit(SearchScore.SHOWN)
                    .count();
            return new Query(slice, text, meant, (int) count);
        }
    }

    private static final Map<Character, String> NEIGHBOURS = Map.ofEntries(
            Map.entry('a', "sqz"),
            Map.entry('b', "vgn"),
            Map.entry('c', "xvd"),
            Map.entry('d', "sfe"),
            Map.entry('e', "wrd"),
            Map.entry('f', "dgr"),
            Map.entry('g', "fht"),
            Map.entry('h', "gjy"),
            Map.entry('i', "uok"),
            Map.entry('j', "hku"),
            Map.entry('k', "jli"),
            Map.entry('l', "kop"),
            Map.entry('m', "nk"),
            Map.entry('n', "bmh"),
            Map.entry('o', "ipl"),
            Map.entry('p', "ol"),
            Map.entry('q', "wa"),
            Map.entry('r', "etd"),
            Map.entry('s', "adw"),
            Map.entry('t', "ryg"),
            Map.entry('u', "yij"),
            Map.entry('v', "cbg"),
            Map.entry('w', "qes"),
            Map.entry('x', "zcs"),
            Map.entry('y', "tuh"),
            Map.entry('z', "xa"));

    private final IndianRegister register;
    private final Half half;
    private final Random random;

    public LabelledQueries(IndianRegister register, Half half, long seed) {
        this.register = register;
        this.half = half;
        this.random = new Random(seed + half.parity * 1_000_003L);
    }

    public List<Query> make(int perSlice) {
        var queries = new ArrayList<Query>();
        for (var slice : Slice.values()) {
            for (int made = 0; made < perSlice; ) {
                var patient = register.patients()
                        .get(random.nextInt(register.patients().size()));
                var query = query(slice, patient);
                if (query != null) {
                    queries.add(query.in(register));
                    made++;
                }
            }
        }
        return queries;
    }

    private @Nullable Draft query(Slice slice, Patient patient) {
        return switch (slice) {
            case EXACT -> new Draft(slice, patient.name(), namesake(patient));
            case ORDER -> order(patient);
            case PART -> part(patient);
            case PREFIX -> prefix(patient);
            case TYPO -> typo(patient);
            case SPELLING -> spelling(patient);
            case SCRIPT -> script(patient);
            case INITIALS -> initials(patient);
            case TITLES -> titles(patient);
            case PHONE_PART -> phonePart(patient);
            case IDENTIFIERS -> identifiers(patient);
            case MIXED -> mixed(patient);
        };
    }

    private static Predicate<Patient> namesake(Patient patient) {
        var identity = patient.identity();
        return other -> other.identity().equals(identity);
    }

    /** Errors are made in what is written: a namesake in another spelling is right, but is not owed for a mistyped text. */
    private static Predicate<Patient> sameOnPaper(Patient patient) {
        var written = patient.written().stream().sorted().toList();
        return other -> Objects.equals(other.script(), patient.script())
                && other.written().stream().sorted().toList().equals(written);
    }

    private @Nullable Draft order(Patient patient) {
        var words = new ArrayList<>(patient.written());
        if (words.size() < 2) {
            return null;
        }
        Collections.rotate(words, 1 + random.nextInt(words.size() - 1));
        return new Draft(Slice.ORDER, anyCase(String.join(" ", words)), namesake(patient));
    }

    /** One part of the name, or two of three. */
    private @Nullable Draft part(Patient patient) {
        var full = full(patient);
        if (patient.parts().size() < 2 || full.isEmpty()) {
            return null;
        }
        if (full.size() > 2) {
            full.remove(random.nextInt(full.size()));
        } else {
            full = new ArrayList<>(List.of(full.get(random.nextInt(full.size()))));
        }
        var ids = full.stream().map(Part::id).toList();
        return new Draft(
                Slice.PART, anyCase(latin(full)), other -> other.identity().containsAll(ids));
    }

    private @Nullable Draft prefix(Patient patient) {
        var full = full(patient);
        if (full.isEmpty() || full.size() != patient.parts().size()) {
            return null;
        }
        var starts = full.stream().map(part -> start(part.latin())).toList();
        if (starts.stream().anyMatch(start -> start.length() < 3)) {
            return null;
        }
        return new Draft(Slice.PREFIX, String.join(" ", starts), other -> begin(other, starts));
    }

    private String start(String word) {
        var small = word.toLowerCase(Locale.ROOT);
        return small.length() <= 3 ? small : small.substring(0, 3 + random.nextInt(small.length() - 2));
    }

    private static boolean begin(Patient patient, List<String> starts) {
        return starts.stream()
                .allMatch(start -> patient.parts().stream()
                        .anyMatch(part -> !part.shortened()
                                && part.latin().toLowerCase(Locale.ROOT).startsWith(start)));
    }

    private @Nullable Draft typo(Patient patient) {
        var words = mistyped(full(patient), random.nextInt(100) < 40 ? 2 : 1, random.nextInt(100) < 15);
        return words == null || full(patient).size() != patient.parts().size()
                ? null
                : new Draft(Slice.TYPO, anyCase(String.join(" ", words)), namesake(patient), sameOnPaper(patient));
    }

    /** Errors in so many words, a second one in a long word where {@code twice}; null where that cannot be. */
    private @Nullable List<String> mistyped(List<Part> full, int count, boolean twice) {
        var words = new ArrayList<>(full.stream().map(Part::latin).toList());
        var places = new ArrayList<Integer>();
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).length() >= 4) {
                places.add(i);
            }
        }
        if (places.size() < count || words.size() < 2) {
            return null;
        }
        Collections.shuffle(places, random);
        for (int place : places.subList(0, count)) {
            var word = mistyped(words.get(place));
            if (twice && count == 1 && word.length() >= 8) {
                word = mistyped(word);
            }
            if (register.names().isKnown(word)) {
                return null;
            }
            words.set(place, word);
        }
        return words;
    }

    private String mistyped(String word) {
        var letters = new StringBuilder(word);
        int at = random.nextInt(100) < 4 ? 0 : 1 + random.nextInt(word.length() - 1);
        char old = Character.toLowerCase(word.charAt(at));
        var near = NEIGHBOURS.getOrDefault(old, "e");
        switch (random.nextInt(4)) {
            case 0 -> letters.deleteCharAt(at);
            case 1 -> letters.setCharAt(at, near.charAt(random.nextInt(near.length())));
            case 2 -> letters.insert(at, random.nextBoolean() ? old : near.charAt(random.nextInt(near.length())));
            default -> {
                int second = at + 1 < word.length() ? at + 1 : at - 1;
                letters.setCharAt(at, word.charAt(second));
                letters.setCharAt(second, word.charAt(at));
            }
        }
        return letters.toString();
    }

    private @Nullable Draft spelling(Patient patient) {
        var words = respelt(full(patient));
        return words == null || full(patient).size() != patient.parts().size()
                ? null
                : new Draft(Slice.SPELLING, anyCase(String.join(" ", words)), namesake(patient));
    }

    /** Every word of this half that has another spelling, in another one. */
    private @Nullable List<String> respelt(List<Part> full) {
        var words = new ArrayList<String>();
        boolean changed = false;
        for (var part : full) {
            var others = part.family().spellings().stream()
                    .filter(spelling -> !spelling.equals(part.latin()))
                    .toList();
            if (!others.isEmpty() && ofThisHalf(part)) {
                words.add(others.get(random.nextInt(others.size())));
                changed = true;
            } else {
                words.add(part.latin());
            }
        }
        return changed ? words : null;
    }

    private boolean ofThisHalf(Part part) {
        return (part.family().id().hashCode() & 1) == half.parity;
    }

    /** Another script's letters for a Latin name, or Latin for a name on record in another script. */
    private @Nullable Draft script(Patient patient) {
        var full = full(patient);
        if (full.size() != patient.parts().size() || full.stream().noneMatch(this::ofThisHalf)) {
            return null;
        }
        if (patient.script() != null) {
            return new Draft(Slice.SCRIPT, latin(full), namesake(patient));
        }
        for (var script : full.getFirst().family().natives().keySet()) {
            if (full.stream().allMatch(part -> part.family().natives().containsKey(script))) {
                var words = full.stream()
                        .map(part -> part.family().natives().get(script))
                        .toList();
                return new Draft(Slice.SCRIPT, String.join(" ", words), namesake(patient));
            }
        }
        return null;
    }

    private @Nullable Draft initials(Patient patient) {
        var full = full(patient);
        if (full.size() < 2 || full.size() != patient.parts().size()) {
            // On record with an initial: asked as it stands, with or without dots and blanks.
            return patient.parts().stream().anyMatch(Part::shortened)
                            && patient.parts().size() > 1
                    ? new Draft(
                            Slice.INITIALS,
                            String.join(random.nextBoolean() ? " " : ". ", patient.written()),
                            namesake(patient))
                    : null;
        }
        int kept = random.nextBoolean() ? full.size() - 1 : 0;
        var words = new ArrayList<String>();
        for (int i = 0; i < full.size(); i++) {
            words.add(i == kept ? full.get(i).latin() : full.get(i).latin().substring(0, 1));
        }
        var keptId = full.get(kept).id();
        var letters = full.stream()
                .filter(part -> !part.id().equals(keptId))
                .map(LabelledQueries::initial)
                .toList();
        return new Draft(
                Slice.INITIALS,
                String.join(random.nextInt(3) == 0 ? ". " : " ", words),
                other -> other.identity().contains(keptId) && hasInitials(other, keptId, letters));
    }

    private static String initial(Part part) {
        return part.latin().substring(0, 1).toLowerCase(Locale.ROOT);
    }

    private static boolean hasInitials(Patient patient, String keptId, List<String> letters) {
        var others = new ArrayList<String>();
        boolean kept = false;
        for (var part : patient.parts()) {
            if (!kept && part.id().equals(keptId)) {
                kept = true;
            } else {
                others.add(initial(part));
            }
        }
        return letters.stream().allMatch(others::remove);
    }

    private @Nullable Draft titles(Patient patient) {
        var name = String.join(" ", patient.written());
        var relative =
                register.patients().get(random.nextInt(register.patients().size()));
        var relation = List.of("S/o", "D/O", "w/o", "C/o").get(random.nextInt(4));
        var text = switch (random.nextInt(4)) {
            case 0 ->
                List.of("Shri", "Smt.", "Dr.", "Mr", "Mrs.", "Kum.", "श्री", "Prof")
                                .get(random.nextInt(8)) + " " + name;
            case 1 -> name + " " + relation + " " + relative.parts().getFirst().latin();
            case 2 -> "Smt " + name + " " + relation + " Shri " + relative.name();
            default -> name + " ji";
        };
        return new Draft(Slice.TITLES, text, namesake(patient));
    }

    private Draft phonePart(Patient patient) {
        var national = patient.phone().substring(3);
        int length = 4 + random.nextInt(6);
        return switch (random.nextInt(3)) {
            case 0 -> {
                var ending = national.substring(10 - length);
                yield new Draft(Slice.PHONE_PART, ending, other -> other.phone().endsWith(ending));
            }
            case 1 -> {
                var ending = national.substring(6);
                yield new Draft(
                        Slice.PHONE_PART,
                        otherDigits(ending),
                        other -> other.phone().endsWith(ending));
            }
            default -> {
                var ending = national.substring(2);
                yield new Draft(
                        Slice.PHONE_PART,
                        ending.substring(0, 3) + (random.nextBoolean() ? " " : "-") + ending.substring(3),
                        other -> other.phone().endsWith(ending));
            }
        };
    }

    private @Nullable Draft identifiers(Patient patient) {
        var number = patient.patientNumber();
        return switch (random.nextInt(5)) {
            case 0 ->
                new Draft(
                        Slice.IDENTIFIERS,
                        phone(patient.phone()),
                        other -> other.phone().equals(patient.phone()));
            case 1 ->
                new Draft(
                        Slice.IDENTIFIERS,
                        random.nextBoolean()
                                ? number
                                : number.replace("-", random.nextBoolean() ? "" : " ")
                                        .toLowerCase(Locale.ROOT),
                        other -> other.equals(patient));
            case 2 -> {
                var start = number.substring(0, 5 + random.nextInt(6));
                yield new Draft(
                        Slice.IDENTIFIERS,
                        random.nextBoolean() ? start : start.replace("-", ""),
                        other -> other.patientNumber().startsWith(start));
            }
            case 3 -> abha(patient);
            default ->
                patient.abhaAddress() == null
                        ? null
                        : new Draft(Slice.IDENTIFIERS, patient.abhaAddress(), other -> other.equals(patient));
        };
    }

    private @Nullable Draft abha(Patient patient) {
        var number = patient.abhaNumber();
        if (number == null) {
            return null;
        }
        var start = random.nextBoolean() ? number : number.substring(0, 5 + random.nextInt(8));
        var shown = start.length() < 14
                ? start
                : start.substring(0, 2) + "-" + start.substring(2, 6) + "-" + start.substring(6, 10) + "-"
                        + start.substring(10);
        return new Draft(
                Slice.IDENTIFIERS,
                shown,
                other -> other.abhaNumber() != null && other.abhaNumber().startsWith(start));
    }

    private String phone(String e164) {
        var national = e164.substring(3);
        return switch (random.nextInt(7)) {
            case 0 -> national;
            case 1 -> "0" + national;
            case 2 -> "+91 " + national.substring(0, 5) + " " + national.substring(5);
            case 3 -> "0091-" + national;
            case 4 -> "91" + national;
            case 5 -> otherDigits(national);
            default -> "+91-" + national.substring(0, 4) + "-" + national.substring(4, 7) + "-" + national.substring(7);
        };
    }

    private static String otherDigits(String digits) {
        return digits.chars()
                .mapToObj(c -> String.valueOf((char) (c - '0' + '०')))
                .collect(Collectors.joining());
    }

    /** Two of the difficulties at once. */
    private @Nullable Draft mixed(Patient patient) {
        var full = full(patient);
        if (full.size() != patient.parts().size() || full.size() < 2) {
            return null;
        }
        var ending = patient.phone().substring(9);
        return switch (random.nextInt(5)) {
            case 0 ->
                new Draft(
                        Slice.MIXED,
                        full.getFirst().latin() + " " + ending,
                        other -> other.phone().endsWith(ending)
                                && other.identity().contains(full.getFirst().id()));
            case 1 -> {
                var respelt = respelt(full);
                yield respelt == null
                        ? null
                        : new Draft(
                                Slice.MIXED,
                                String.join(" ", respelt) + " "
                                        + patient.phone().substring(3),
                                other -> other.phone().equals(patient.phone())
                                        && namesake(patient).test(other));
            }
            case 2 -> {
                var respelt = respelt(full);
                if (respelt == null) {
                    yield null;
                }
                Collections.reverse(respelt);
                yield new Draft(Slice.MIXED, anyCase(String.join(" ", respelt)), namesake(patient));
            }
            case 3 -> {
                var mistyped = mistyped(full, 1, false);
                if (mistyped == null) {
                    yield null;
                }
                Collections.reverse(mistyped);
                yield new Draft(Slice.MIXED, "Smt " + String.join(" ", mistyped), namesake(patient));
            }
            default -> {
                var mistyped = mistyped(full, 1, false);
                yield mistyped == null
                        ? null
                        : new Draft(
                                Slice.MIXED,
                                String.join(" ", mistyped) + " " + ending,
                                other -> other.phone().endsWith(ending)
                                        && namesake(patient).test(other));
            }
        };
    }

    private static List<Part> full(Patient patient) {
        return new ArrayList<>(
                patient.parts().stream().filter(part -> !part.shortened()).toList());
    }

    private static String latin(List<Part> parts) {
        return parts.stream().map(Part::latin).collect(Collectors.joining(" "));
    }

    private String anyCase(String text) {
        return switch (random.nextInt(3)) {
            case 0 -> text.toLowerCase(Locale.ROOT);
            case 1 -> text.toUpperCase(Locale.ROOT);
            default -> text;
        };
    }
}
