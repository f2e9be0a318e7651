package org.patientsapi.standalone;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.patientsapi.standalone.DemoVocabulary.Allergy;
import org.patientsapi.standalone.DemoVocabulary.Branch;
import org.patientsapi.standalone.DemoVocabulary.Community;
import org.patientsapi.standalone.DemoVocabulary.Condition;
import org.patientsapi.standalone.DemoVocabulary.Medication;
import org.patientsapi.standalone.DemoVocabulary.Place;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes up the people of the demo hospital, the same ones each time. Their numbers can be seen to be made up: telephones
 * begin with +91 90000 0, health accounts with 91-0000-0000, e-mail addresses end in example.com.
 */
final class DemoPatients {

    private static final int SEED = 2026;

    /** Ages are counted up to a fixed year, so that the patients do not depend on the day. */
    private static final int YEAR = 2025;

    private final DemoVocabulary words = DemoVocabulary.read();
    private final JsonMapper json = JsonMapper.builder().build();
    private final Random random = new Random(SEED);
    private int made;
    private int phones;

    private DemoPatients() {}

    /**
     * A request to register one patient.
     *
     * @param number from 1, in the order in which they are made up
     * @param twin whether it is the twin of the one before in the household
     */
    record Registration(int number, ObjectNode body, boolean twin) {}

    /** People who come together and share a telephone. */
    record Household(List<Registration> members) {}

    static List<Household> make(int patients) {
        DemoPatients maker = new DemoPatients();
        List<Household> households = new ArrayList<>();
        while (maker.made < patients) {
            households.add(maker.household(patients - maker.made));
        }
        return households;
    }

    private Household household(int largest) {
        Branch branch = weighted(words.branches(), Branch::share);
        List<Map.Entry<String, Integer>> shares = branch.communities().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .toList();
        Community community = community(weighted(shares, Map.Entry::getValue).getKey());
        Family family = new Family(branch, community, pick(branch.places()), phone());
        int kind = random.nextInt(100);
        if (kind < 60 || largest < 4) {
            family.single();
        } else if (kind < 80) {
            family.couple();
        } else if (kind < 95) {
            family.parentsAndChildren();
        } else {
            family.twins();
        }
        return new Household(family.members);
    }

    private Community community(String name) {
        Community community = words.communities().get(name);
        if (community == null) {
            throw new IllegalStateException("no names for " + name);
        }
        return community;
    }

    /** One address and telephone, and those who share them. */
    private final class Family {

        private final Branch branch;
        private final Community community;
        private final Place place;
        private final String line1;
        private final String phone;
        private final String familyName;
        private final List<Registration> members = new ArrayList<>();

        Family(Branch branch, Community community, Place place, String phone) {
            this.branch = branch;
            this.community = community;
            this.place = place;
            this.phone = phone;
            line1 = "No. " + (1 + random.nextInt(240)) + ", " + (1 + random.nextInt(12)) + " Main Road";
            familyName = pick(community.family("male"));
        }

        void single() {
            int year = random.nextInt(100) < 12 ? YEAR - random.nextInt(18) : YEAR - 18 - random.nextInt(68);
            String gender = random.nextInt(100) < 1 ? "other" : random.nextBoolean() ? "male" : "female";
            person(gender, year, pick(community.family(gender)), false);
        }

        void couple() {
            int year = YEAR - 24 - random.nextInt(50);
            person("male", year, familyName, false);
            person("female", year + 1 + random.nextInt(5), familyOf("female"), false);
        }

        void parentsAndChildren() {
            int year = YEAR - 28 - random.nextInt(12);
            person("male", year, familyName, false);
            person("female", year + 1 + random.nextInt(4), familyOf("female"), false);
            person(random.nextBoolean() ? "male" : "female", year + 26, familyName, false);
            if (random.nextBoolean()) {
                person(random.nextBoolean() ? "male" : "female", year + 28, familyName, false);
            }
        }

        /** Same telephone, same birthday: registered only because the desk says so. */
        void twins() {
            int year = YEAR - random.nextInt(30);
            person(random.nextBoolean() ? "male" : "female", year, familyName, false);
            person(random.nextBoolean() ? "male" : "female", year, familyName, true);
        }

        private String familyOf(String gender) {
            return community.familyOfWomen() == null ? familyName : pick(community.family(gender));
        }

        private void person(String gender, int year, String secondName, boolean twin) {
            ObjectNode elder = members.isEmpty() ? null : members.getLast().body();
            ObjectNode body = json.createObjectNode();
            body.put("branch_id", branch.id());
            String first = given(gender, elder, secondName);
            body.put("first_name", first);
            // Many people have one name only.
            boolean named = twin ? elder != null && elder.has("last_name") : random.nextInt(100) >= 5;
            if (named) {
                body.put("last_name", secondName);
            }
            if (twin && elder != null) {
                body.set("date_of_birth", elder.get("date_of_birth"));
            } else {
                body.put("date_of_birth", birthday(year, elder == null));
            }
            body.put("gender", gender);
            body.put("phone", phone);
            if (YEAR - year >= 18 && random.nextInt(100) < 35) {
                email(body, first);
            }
            ObjectNode address = body.putObject("address");
            address.put("line1", line1);
            address.put("line2", place.line2());
            address.put("city", place.city());
            address.put("district", place.district());
            address.put("state", place.state());
            address.put("pincode", place.pincode());
            if (random.nextInt(100) < 85) {
                body.put("blood_group", bloodGroup());
            }
            identifiers(body);
            medicalSummary(body, YEAR - year);
            members.add(new Registration(++made, body, twin));
        }

        /** Not a sibling's name, and not that of the manual's example, whom the newcomer registers. */
        private String given(String gender, @Nullable ObjectNode elder, String secondName) {
            while (true) {
                String first = pick(community.given(gender));
                boolean taken =
                        elder != null && elder.get("first_name").stringValue().equals(first);
                if (!taken && !(first.equals("Rajesh") && secondName.equals("Kumar"))) {
                    return first;
                }
            }
        }
    }

    /** Of those whom nobody came with, some know no more than the month or year. */
    private String birthday(int year, boolean mayBeVague) {
        int vague = mayBeVague ? random.nextInt(100) : 100;
        if (vague < 7) {
            return Integer.toString(year);
        }
        String month = year + "-" + two(1 + random.nextInt(12));
        return vague < 11 ? month : month + "-" + two(1 + random.nextInt(28));
    }

    private static String two(int number) {
        return String.format(Locale.ROOT, "%02d", number);
    }

    private String phone() {
        return String.format(Locale.ROOT, "+919000%06d", ++phones);
    }

    /** Only names that are in Latin letters make an address. */
    private void email(ObjectNode body, String first) {
        String name = Normalizer.normalize(first, Normalizer.Form.NFD)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z]", "");
        if (!name.isEmpty()) {
            body.put("email", name + "." + (made + 1) + "@example.com");
        }
    }

    /** As frequent as among Indian blood donors. */
    private String bloodGroup() {
        int share = random.nextInt(1000);
        if (share < 350) {
            return "O+";
        }
        if (share < 700) {
            return "B+";
        }
        if (share < 910) {
            return "A+";
        }
        if (share < 975) {
            return "AB+";
        }
        return share == 999 ? "Oh" : pick(List.of("O-", "B-", "A-", "AB-"));
    }

    private void identifiers(ObjectNode body) {
        boolean hasAbha = random.nextInt(100) < 40;
        boolean insured = random.nextInt(100) < 30;
        if (!hasAbha && !insured) {
            return;
        }
        ObjectNode identifiers = body.putObject("identifiers");
        if (hasAbha) {
            identifiers.put("abha_id", String.format(Locale.ROOT, "91-0000-0000-%04d", made + 1));
            // ABDM's sandbox.
            identifiers.put("abha_address", "demo.patient" + (made + 1) + "@sbx");
        }
        if (insured) {
            ObjectNode policy = identifiers.putArray("insurance").addObject();
            policy.put("provider", pick(words.insurers()));
            policy.put("policy_number", String.format(Locale.ROOT, "DEMO-%06d", random.nextInt(1_000_000)));
            policy.put("valid_from", YEAR + "-04-01");
            policy.put("valid_until", (YEAR + 5) + "-03-31");
        }
    }

    private void medicalSummary(ObjectNode body, int age) {
        List<Condition> conditions = words.conditions().stream()
                .filter(condition -> age >= condition.fromAge() && random.nextInt(100) < condition.share())
                .toList();
        boolean allergic = random.nextInt(100) < 14;
        if (conditions.isEmpty() && !allergic) {
            return;
        }
        ObjectNode summary = body.putObject("medical_summary");
        if (!conditions.isEmpty()) {
            var diagnoses = summary.putArray("active_diagnoses");
            for (Condition condition : conditions) {
                boolean snomed = random.nextInt(100) < 30;
                diagnoses
                        .addObject()
                        .put("code", snomed ? condition.snomed() : condition.icd10())
                        .put("system", snomed ? "SNOMED-CT" : "ICD-10")
                        .put("description", condition.description())
                        .put("since", Integer.toString(YEAR - random.nextInt(Math.min(15, age))));
            }
        }
        if (allergic) {
            Allergy allergy = pick(words.allergies());
            summary.putArray("allergies")
                    .addObject()
                    .put("substance", allergy.substance())
                    .put("reaction", allergy.reaction())
                    .put("severity", allergy.severity());
        }
        var medications = json.createArrayNode();
        for (Condition condition : conditions) {
            Medication medication = condition.medication();
            if (medication != null) {
                medications
                        .addObject()
                        .put("name", medication.name())
                        .put("dose", medication.dose())
                        .put("frequency", medication.frequency());
            }
        }
        if (!medications.isEmpty()) {
            summary.set("current_medications", medications);
        }
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private <T> T weighted(List<T> from, ToIntFunction<T> weight) {
        int left = random.nextInt(from.stream().mapToInt(weight).sum());
        for (T one : from) {
            left -= weight.applyAsInt(one);
            if (left < 0) {
                return one;
            }
        }
        throw new IllegalStateException("the weights add up");
    }
}
