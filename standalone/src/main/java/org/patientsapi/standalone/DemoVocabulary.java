package org.patientsapi.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** What the people of the demo hospital are made of: the branches' surroundings, names, and what brings them here. */
record DemoVocabulary(
        List<Branch> branches,
        Map<String, Community> communities,
        List<Condition> conditions,
        List<Allergy> allergies,
        List<String> insurers) {

    /**
     * @param share how many of all patients, as a weight among the branches
     * @param communities the weight of each
     */
    record Branch(String id, int share, Map<String, Integer> communities, List<Place> places) {}

    record Place(String line2, String city, String district, String state, String pincode) {}

    /**
     * Names that go together.
     *
     * @param familyOfWomen where women's second names are others
     */
    record Community(
            List<String> male,
            List<String> female,
            List<String> family,
            @Nullable List<String> familyOfWomen) {

        List<String> given(String gender) {
            return gender.equals("male") ? male : female;
        }

        List<String> family(String gender) {
            return gender.equals("male") || familyOfWomen == null ? family : familyOfWomen;
        }
    }

    /**
     * @param fromAge in years
     * @param share in percent, of those old enough
     */
    record Condition(
            int fromAge,
            int share,
            String icd10,
            String snomed,
            String description,
            @Nullable Medication medication) {}

    record Medication(String name, String dose, String frequency) {}

    record Allergy(String substance, String reaction, String severity) {}

    static DemoVocabulary read() {
        try (InputStream resource = DemoVocabulary.class.getResourceAsStream("demo-hospital.json")) {
            return JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build()
                    .readValue(resource, DemoVocabulary.class);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
