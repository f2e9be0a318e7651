package org.patientsapi.query.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.axonframework.serialization.SimpleSerializedObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.patientsapi.api.Contact;
import org.patientsapi.api.Demographics;
import org.patientsapi.api.MedicalSummary;
import org.patientsapi.api.MedicalSummary.Diagnosis;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientEvent.ContactChanged;
import org.patientsapi.api.PatientEvent.DemographicsCorrected;
import org.patientsapi.api.PatientEvent.MedicalSummaryChanged;
import org.patientsapi.platform.eventstore.EventSerializer;
import org.patientsapi.values.Address;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class PseudonymisationTest {

    private static final String CANARY = "Canary";
    private static final Instant AT = Instant.parse("2026-11-22T13:42:08.125Z");
    private static final Pseudonymisation PSEUDONYMISATION = EventCatalogue.pseudonymisation();
    private static final EventSerializer EVENTS = new EventSerializer();
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /** Texts that are let through as they are stored, because nobody can type them: the API takes words of a list only. */
    private static final Set<String> LISTED =
            Set.of("registration_type", "branch_id", "status", "gender", "blood_group", "country", "reason", "type");

    static List<PatientEvent> events() {
        return List.copyOf(EventCatalogue.types().values());
    }

    @ParameterizedTest
    @MethodSource("events")
    void no_text_of_any_event_is_let_through_but_words_of_a_list(PatientEvent event) {
        ObjectNode stored = JSON.valueToTree(event);
        putCanaries(stored);
        PatientEvent withCanaries = EVENTS.deserialize(new SimpleSerializedObject<>(
                JSON.writeValueAsBytes(stored), byte[].class, EVENTS.typeForClass(event.getClass())));

        Set<String> found = new TreeSet<>();
        collectCanaries("", JSON.valueToTree(PSEUDONYMISATION.data(withCanaries, AT)), found);

        assertThat(found).isSubsetOf(LISTED);
    }

    @ParameterizedTest
    @CsvSource({"1971-07-17,1971,", "1971,1971,", "1937-01-01,1937,", "1936-12-31,,1936", "1901,,1936", ",,"})
    void of_a_birth_only_the_year_is_told_and_of_the_very_old_not_even_that(
            String born, Integer year, Integer bornInOrBefore) {
        var event = new DemographicsCorrected("p", new Demographics("Asha", null, born, "female", null));

        assertThat(PSEUDONYMISATION.data(event, AT))
                .isEqualTo(new PseudonymousData.DemographicsCorrected(
                        new PseudonymousData.Demographics(year, bornInOrBefore, "female", null)));
    }

    @Test
    void the_years_are_those_of_the_hospital() {
        var event = new DemographicsCorrected("p", new Demographics("Asha", null, "1937-01-01", "female", null));

        assertThat(PSEUDONYMISATION.data(event, Instant.parse("2026-12-31T20:00:00Z")))
                .isEqualTo(new PseudonymousData.DemographicsCorrected(
                        new PseudonymousData.Demographics(null, 1937, "female", null)));
    }

    @ParameterizedTest
    @CsvSource({
        "karnataka,Bengaluru Urban,Karnataka,Bengaluru Urban",
        "Jammu & Kashmir,Srinagar,Jammu and Kashmir,Srinagar",
        "Karnataka,Flat 12 B,Karnataka,",
        "At my uncle's,Thane,,",
        ",Thane,,"
    })
    void a_place_is_told_as_far_as_it_is_one(String state, String district, String toldState, String toldDistrict) {
        var event = new ContactChanged(
                "p",
                new Contact("+919812345670", null, new Address(null, null, null, district, state, "560038", "IN")));

        assertThat(PSEUDONYMISATION.data(event, AT))
                .isEqualTo(new PseudonymousData.ContactChanged(
                        new PseudonymousData.Contact(true, false, toldDistrict, toldState, "IN")));
    }

    @ParameterizedTest
    @CsvSource({
        "ICD-10,E11.9,ICD-10",
        "http://hl7.org/fhir/sid/icd-10,E11,ICD-10",
        "ICD-11,5A11,ICD-11",
        "SNOMED CT,44054006,SNOMED-CT",
        "SNOMED CT,9812345670,",
        "ICD-10,Ramesh,",
        "ICD-10,9812345670,",
        "own list,E11.9,",
        ",E11.9,"
    })
    void a_code_is_told_if_it_has_the_form_of_a_known_classification(String system, String code, String told) {
        var event = new MedicalSummaryChanged(
                "p", new MedicalSummary(List.of(new Diagnosis(code, system, "text", "2019-04")), List.of(), List.of()));

        assertThat(PSEUDONYMISATION.data(event, AT))
                .isEqualTo(new PseudonymousData.MedicalSummaryChanged(new PseudonymousData.MedicalSummary(
                        told == null ? List.of() : List.of(new PseudonymousData.Diagnosis(told, code, 2019)),
                        told == null ? 1 : 0,
                        0,
                        0)));
    }

    @ParameterizedTest
    @CsvSource({"2019-04-13,2019", "2019,2019", "999,999", "0,0"})
    void of_a_diagnosis_only_the_year_is_told_be_it_stored_with_fewer_digits(String since, int year) {
        var event = new MedicalSummaryChanged(
                "p", new MedicalSummary(List.of(new Diagnosis("E11", "ICD-10", "text", since)), List.of(), List.of()));

        assertThat(PSEUDONYMISATION.data(event, AT))
                .isEqualTo(new PseudonymousData.MedicalSummaryChanged(new PseudonymousData.MedicalSummary(
                        List.of(new PseudonymousData.Diagnosis("ICD-10", "E11", year)), 0, 0, 0)));
    }

    /** Or an update would tell every consumer of patients that it has not heard of, and refuse the place that it got to. */
    @Test
    void pseudonyms_and_cursors_are_those_that_earlier_versions_gave_out() {
        Pseudonyms pseudonyms = new Pseudonyms(new EventCatalogue.NoVault());
        String id = "01938c5e-0f6a-7c1b-9d3e-2f4a5b6c7d8e";
        FeedCursors cursors = new FeedCursors(new EventCatalogue.NoVault());

        assertThat(pseudonyms.patient(id)).isEqualTo("a7b394bb-9279-8ebd-8f37-2d474e26bcdb");
        assertThat(pseudonyms.event(id)).isEqualTo("fef0a444-f05b-87ca-b213-641ac7028cf0");
        assertThat(pseudonyms.visit(id)).isEqualTo("b3a227ea-2112-8e13-9069-72c4e4254d94");
        assertThat(pseudonyms.provider("D-17")).isEqualTo("3df90193-b806-8c80-8541-9544e988d0e3");
        assertThat(cursors.place("q3y9Ki7BlelqiM18s08CzQ", FeedTier.PSEUDONYMOUS))
                .hasValue(4711);
        assertThat(cursors.place("fKpQtBjocyBvfhOCeWDNnw", FeedTier.IDENTIFIED)).hasValue(4711);
    }

    @Test
    void a_cursor_is_read_by_who_made_it_only_and_in_its_tier_only() {
        FeedCursors cursors = new FeedCursors(new EventCatalogue.NoVault());
        FeedCursors elsewhere = new FeedCursors(new EventCatalogue.NoVault() {
            @Override
            public byte[] derive(String purpose) {
                return "another".getBytes();
            }
        });

        for (FeedTier tier : FeedTier.values()) {
            for (FeedTier reader : FeedTier.values()) {
                assertThat(cursors.place(cursors.cursor(1_234_567_890_123L, tier), reader))
                        .isEqualTo(reader == tier ? OptionalLong.of(1_234_567_890_123L) : OptionalLong.empty());
            }
            assertThat(elsewhere.place(cursors.cursor(7, tier), tier)).isEmpty();
            assertThat(cursors.place("", tier)).isEmpty();
            assertThat(cursors.place("&", tier)).isEmpty();
        }
    }

    @Test
    void cursors_do_not_tell_how_they_are_related() {
        FeedCursors cursors = new FeedCursors(new EventCatalogue.NoVault());
        List<byte[]> all = LongStream.range(0, 1000)
                .boxed()
                .flatMap(place -> Stream.of(FeedTier.values()).map(tier -> cursors.cursor(place, tier)))
                .map(Base64.getUrlDecoder()::decode)
                .toList();

        for (int half = 0; half < 16; half += 8) {
            int from = half;
            assertThat(all)
                    .extracting(cursor -> ByteBuffer.wrap(cursor).getLong(from))
                    .doesNotHaveDuplicates();
        }
    }

    /** In place of every text that has no form, in lists too. */
    private static void putCanaries(ObjectNode object) {
        for (var field : List.copyOf(object.properties())) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (value instanceof ObjectNode nested) {
                putCanaries(nested);
            } else if (value instanceof ArrayNode list) {
                list.forEach(entry -> putCanaries((ObjectNode) entry));
            } else if (value.isString() && !name.matches(".*(_at|date|since|date_of_birth|valid_.*)")) {
                object.put(name, CANARY + " " + name);
            }
        }
    }

    private static void collectCanaries(String name, JsonNode node, Set<String> found) {
        node.properties().forEach(field -> collectCanaries(field.getKey(), field.getValue(), found));
        if (node.isArray()) {
            node.forEach(entry -> collectCanaries(name, entry, found));
        }
        if (node.isString() && node.asString().contains(CANARY)) {
            found.add(name);
        }
    }
}
