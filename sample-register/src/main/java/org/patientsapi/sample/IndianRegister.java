package org.patientsapi.sample;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.sample.IndianNames.Family;

/**
 * A made-up hospital register with the frequencies of a real one: a fifth called Kumar, Singh or Devi, families on one
 * phone, twins, single names, initials, and one name in twelve in another script. The same seed gives the same register.
 */
public final class IndianRegister {

    /**
     * One word of a name as the bearer knows it.
     *
     * @param family what it is, whatever the spelling
     * @param latin its Latin spelling on the record
     * @param shortened only the initial stands on the record
     */
    public record Part(Family family, String latin, boolean shortened) {
        public String id() {
            return shortened ? "." + latin.substring(0, 1).toLowerCase(Locale.ROOT) : family.id();
        }
    }

    /**
     * @param parts the words of the name without titles
     * @param identity what makes two patients namesakes
     * @param script the one of the record, null for Latin
     */
    public record Patient(
            List<Part> parts,
            List<String> identity,
            @Nullable String script,
            String firstName,
            @Nullable String lastName,
            String phone,
            String patientNumber,
            @Nullable String abhaNumber,
            @Nullable String abhaAddress) {

        Patient withPatientNumber(String number) {
            return new Patient(parts, identity, script, firstName, lastName, phone, number, abhaNumber, abhaAddress);
        }

        public String name() {
            return lastName == null ? firstName : firstName + " " + lastName;
        }

        List<String> written() {
            return parts.stream()
                    .map(part -> part.shortened() ? part.latin().substring(0, 1) : part.latin())
                    .toList();
        }
    }

    private static final Map<String, Integer> WEIGHT = Map.of(
            "north", 38, "west", 14, "bengal", 9, "punjab", 5, "tamil", 8, "telugu", 8, "kannada", 5, "kerala", 3,
            "muslim", 10);

    private static final List<String> STEMS = List.of(
            "Ambe", "Bare", "Chikhal", "Deul", "Ghat", "Hing", "Indur", "Jawal", "Kond", "Loni", "Mang", "Nimbal",
            "Osman", "Pimpal", "Rajur", "Sangam", "Talega", "Undal", "Vaij", "Wadga", "Yeval", "Akkina", "Bolla",
            "Challa", "Dasari", "Eluru", "Gottu", "Imma", "Jonna", "Kanuma", "Lingam", "Medi", "Nalla", "Pothu",
            "Ravula", "Sunka", "Thota", "Uppala", "Vempa", "Yarla", "Kallu", "Parambi", "Puthen", "Vadak", "Kizhak",
            "Thekke", "Maliye", "Kochu", "Elan");
    private static final List<String> ENDINGS = List.of(
            "kar", "gaonkar", "palli", "patnam", "setty", "gari", "neni", "purayil", "veettil", "thil", "wala",
            "puria");
    private static final List<String> OPENINGS = List.of(
            "Jaya", "Vijaya", "Rama", "Krishna", "Shiva", "Bala", "Chandra", "Hari", "Deva", "Guru", "Vidya", "Prem",
            "Satya", "Indra", "Bhagya", "Raja", "Soma", "Nava", "Kirti", "Yasho");
    private static final List<String> CLOSES = List.of(
            "vardhan", "dhar", "kant", "nath", "mohan", "shekhar", "priya", "wati", "lata", "bala", "prakash", "ratna");

    private final List<Patient> patients;
    private final IndianNames names = new IndianNames();
    private final Random random;
    private final List<Family> rareLast = new ArrayList<>();
    private final List<Family> rareFirst = new ArrayList<>();

    public IndianRegister(long seed, int size) {
        random = new Random(seed);
        for (var stem : STEMS) {
            ENDINGS.forEach(ending -> rareLast.add(rare(stem + ending)));
        }
        for (var opening : OPENINGS) {
            CLOSES.forEach(close -> rareFirst.add(rare(opening + close)));
        }
        patients = patients(size);
    }

    private IndianRegister(List<Patient> patients) {
        this.patients = patients;
        this.random = new Random(0);
    }

    /** The same people with the numbers that they were given when they were registered, in this order. */
    public IndianRegister withPatientNumbers(List<String> numbers) {
        return new IndianRegister(IntStream.range(0, patients.size())
                .mapToObj(i -> patients.get(i).withPatientNumber(numbers.get(i)))
                .toList());
    }

    public List<Patient> patients() {
        return patients;
    }

    /** At most so many patients who have a full name, not an initial for a part of it, that no more than two bear. */
    public List<Patient> rareFullNames(int most) {
        Map<List<String>, Integer> bearers = new HashMap<>();
        patients.forEach(patient -> bearers.merge(patient.identity(), 1, Integer::sum));
        return patients.stream()
                .filter(patient -> patient.parts().size() >= 2
                        && patient.parts().stream().noneMatch(Part::shortened)
                        && bearers.getOrDefault(patient.identity(), 0) <= 2)
                .limit(most)
                .toList();
    }

    IndianNames names() {
        return names;
    }

    private static Family rare(String name) {
        return new Family(name.toLowerCase(Locale.ROOT), List.of(name), Map.of());
    }

    private List<Patient> patients(int size) {
        var made = new ArrayList<Patient>(size);
        var numbers = new HashSet<String>();
        while (made.size() < size) {
            var region = region();
            var last = last(region);
            var phone = phone();
            int family = random.nextInt(100) < 12 ? 2 + random.nextInt(3) : 1;
            for (int i = 0; i < family && made.size() < size; i++) {
                made.add(patient(region, last, phone, numbers));
            }
        }
        return List.copyOf(made);
    }

    private Patient patient(String region, Part last, String phone, Set<String> numbers) {
        boolean female = random.nextBoolean();
        var parts = new ArrayList<Part>();
        parts.add(first(region, female));
        int kind = random.nextInt(1000);
        boolean south = Set.of("tamil", "kerala", "telugu", "kannada").contains(region);
        int shortened = south ? 180 : 25;
        if (kind < shortened) {
            // The father's name or the village as an initial, before or after.
            var father = first(region, false);
            var initial = new Part(father.family(), father.latin(), true);
            parts.add(random.nextInt(3) == 0 ? 1 : 0, initial);
            if (random.nextInt(3) == 0) {
                var village = part(rareLast.get(random.nextInt(rareLast.size())));
                parts.add(0, new Part(village.family(), village.latin(), true));
            }
        } else if (kind < 880) {
            if (random.nextInt(100) < 14 && !south) {
                parts.add(middle(region, female));
            }
            parts.add(last);
        }
        var script = random.nextInt(100) < 12 ? script(parts) : null;
        var number = number(numbers);
        var words = parts.stream().map(part -> word(part, script)).toList();
        var firstName = parts.size() == 1 ? words.getFirst() : String.join(" ", words.subList(0, words.size() - 1));
        var lastName = parts.size() == 1 ? null : words.getLast();
        if (random.nextInt(100) < 3) {
            firstName = title(female) + firstName;
        }
        boolean abha = random.nextInt(100) < 40;
        return new Patient(
                List.copyOf(parts),
                parts.stream().map(Part::id).sorted().toList(),
                script,
                firstName,
                lastName,
                phone,
                number,
                abha ? digits(14) : null,
                abha && random.nextBoolean() ? address(parts) : null);
    }

    private String title(boolean female) {
        return List.of("Dr ", female ? "Smt. " : "Shri ", female ? "Mrs. " : "Mr. ")
                .get(random.nextInt(3));
    }

    private String word(Part part, @Nullable String script) {
        if (part.shortened()) {
            return part.latin().substring(0, 1) + (random.nextBoolean() ? "." : "");
        }
        return script == null ? part.latin() : part.family().natives().getOrDefault(script, part.latin());
    }

    private @Nullable String script(List<Part> parts) {
        return parts.getFirst().family().natives().keySet().stream()
                .filter(script -> parts.stream()
                        .allMatch(part ->
                                !part.shortened() && part.family().natives().containsKey(script)))
                .findFirst()
                .orElse(null);
    }

    private String address(List<Part> parts) {
        return parts.stream().map(part -> part.latin().toLowerCase(Locale.ROOT)).collect(Collectors.joining("."))
                + random.nextInt(10_000)
                + (random.nextInt(20) == 0 ? "@sbx" : "@abdm");
    }

    private String number(Set<String> taken) {
        while (true) {
            var digits = digits(10);
            if (taken.add(digits)) {
                return "P" + digits.substring(0, 5) + "-" + digits.substring(5);
            }
        }
    }

    private String phone() {
        return "+91" + (6 + random.nextInt(4)) + digits(9);
    }

    private String digits(int count) {
        return random.ints(count, 0, 10).mapToObj(Integer::toString).collect(Collectors.joining());
    }

    private String region() {
        int at = random.nextInt(100);
        for (var region : IndianNames.REGIONS) {
            at -= WEIGHT.getOrDefault(region, 0);
            if (at < 0) {
                return region;
            }
        }
        return "north";
    }

    private Part first(String region, boolean female) {
        if (random.nextInt(100) < 6) {
            return part(rareFirst.get(random.nextInt(rareFirst.size())));
        }
        // Regions share the northern names in part.
        var list = names.list(
                random.nextInt(100) < 20 && !region.equals("muslim") ? "north" : region, female ? "female" : "male");
        return part(frequent(list, 0.75));
    }

    private Part last(String region) {
        return random.nextInt(100) < 10
                ? part(rareLast.get(random.nextInt(rareLast.size())))
                : part(frequent(names.list(region, "last"), 1.0));
    }

    private Part middle(String region, boolean female) {
        if (region.equals("punjab")) {
            return part(new Family(female ? "kaur" : "sing", List.of(female ? "Kaur" : "Singh"), Map.of()));
        }
        var middle = female ? List.of("Devi", "Kumari", "Rani") : List.of("Kumar", "Singh", "Chandra", "Lal", "Prasad");
        var name = middle.get(random.nextInt(middle.size()));
        return part(names.all().stream()
                .filter(family -> family.spellings().getFirst().equals(name))
                .findFirst()
                .orElseGet(() -> rare(name)));
    }

    private Part part(Family family) {
        var spellings = family.spellings();
        var latin = random.nextInt(100) < 65 ? spellings.getFirst() : spellings.get(random.nextInt(spellings.size()));
        return new Part(family, latin, false);
    }

    /** Zipf: the n-th name is borne by one n-th (to the power) as many as the first. */
    private Family frequent(List<Family> list, double power) {
        double all = 0;
        for (int i = 0; i < list.size(); i++) {
            all += 1 / Math.pow(i + 1, power);
        }
        double at = random.nextDouble() * all;
        for (int i = 0; i < list.size(); i++) {
            at -= 1 / Math.pow(i + 1, power);
            if (at <= 0) {
                return list.get(i);
            }
        }
        return list.getLast();
    }
}
