package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.DemoPatients.Household;
import org.patientsapi.standalone.DemoPatients.Registration;
import org.patientsapi.values.Phone;
import tools.jackson.databind.node.ObjectNode;

class DemoPatientsTest {

    private static final List<Registration> ALL = DemoPatients.make(DemoHospital.PATIENTS).stream()
            .flatMap(household -> household.members().stream())
            .toList();

    @Test
    void there_are_as_many_as_asked_for_in_all_four_branches() {
        assertThat(ALL).hasSize(DemoHospital.PATIENTS);
        Map<String, Long> perBranch = ALL.stream()
                .collect(Collectors.groupingBy(registration -> text(registration, "branch_id"), Collectors.counting()));
        assertThat(perBranch).containsOnlyKeys("BLR", "MUM", "DEL", "CHN");
        assertThat(perBranch.values()).allMatch(count -> count >= 50);
    }

    /** A start that goes on with an interrupted one sends the same requests, byte by byte. */
    @Test
    void they_are_the_same_each_time() {
        assertThat(DemoPatients.make(DemoHospital.PATIENTS).stream()
                        .map(Household::toString)
                        .toList())
                .isEqualTo(DemoPatients.make(DemoHospital.PATIENTS).stream()
                        .map(Household::toString)
                        .toList());
        assertThat(ALL.stream().map(Registration::number)).doesNotHaveDuplicates();
    }

    @Test
    void some_have_been_there_in_the_weeks_before_and_on_other_days_than_sundays() {
        LocalDate opening = LocalDate.of(2026, 11, 24);
        List<LocalDate> days = IntStream.rangeClosed(1, DemoHospital.PATIENTS)
                .mapToObj(number -> DemoVisits.of(number, opening))
                .flatMap(List::stream)
                .map(visit -> LocalDate.parse(visit.get("date").stringValue()))
                .toList();

        assertThat(days).hasSizeBetween(250, 400).allMatch(day -> day.isBefore(opening));
        assertThat(days).noneMatch(day -> day.getDayOfWeek() == DayOfWeek.SUNDAY);
        assertThat(days.stream().distinct()).hasSizeGreaterThan(20);
        assertThat(DemoVisits.of(1, opening)).isEqualTo(DemoVisits.of(1, opening));
    }

    @Test
    void telephones_can_exist_and_can_be_seen_to_be_made_up() {
        assertThat(ALL).allSatisfy(registration -> {
            String phone = text(registration, "phone");
            assertThat(Phone.parse(phone).value()).isEqualTo(phone).startsWith("+9190000");
        });
    }

    @Test
    void only_twins_share_telephone_and_birthday() {
        Map<String, Integer> seen = new HashMap<>();
        for (Registration registration : ALL) {
            String identity = text(registration, "phone") + " " + text(registration, "date_of_birth");
            assertThat(seen.merge(identity, 1, Integer::sum)).isEqualTo(registration.twin() ? 2 : 1);
        }
        assertThat(ALL).filteredOn(Registration::twin).isNotEmpty();
    }

    @Test
    void they_are_as_various_as_real_ones() {
        assertThat(ALL)
                .anyMatch(registration -> text(registration, "first_name").equals("Laxmi"));
        assertThat(ALL)
                .anyMatch(registration -> text(registration, "first_name").equals("Lakshmi"));
        assertThat(ALL)
                .anyMatch(registration -> text(registration, "first_name").startsWith("Mohd"));
        for (Character.UnicodeScript script : List.of(
                Character.UnicodeScript.DEVANAGARI, Character.UnicodeScript.TAMIL, Character.UnicodeScript.KANNADA)) {
            assertThat(ALL)
                    .anyMatch(registration -> Character.UnicodeScript.of(
                                    text(registration, "first_name").codePointAt(0))
                            == script);
        }
        assertThat(ALL).anyMatch(registration -> !registration.body().has("last_name"));
        assertThat(ALL.stream()
                        .map(registration -> text(registration, "date_of_birth").length()))
                .contains(4, 7, 10);
        assertThat(ALL).anyMatch(registration -> registration.body().has("medical_summary"));
        assertThat(ALL).anyMatch(registration -> registration.body().has("identifiers"));
    }

    /** The newcomer registers him. */
    @Test
    void the_person_of_the_manual_is_not_among_them() {
        assertThat(ALL)
                .noneMatch(registration -> text(registration, "first_name").equals("Rajesh")
                        && text(registration, "last_name").equals("Kumar"));
    }

    @Test
    void nobody_has_an_aadhaar_number() {
        assertThat(ALL).noneMatch(registration -> registration.body().toString().contains("aadhaar"));
    }

    private static String text(Registration registration, String field) {
        ObjectNode body = registration.body();
        return body.has(field) ? body.get(field).stringValue() : "";
    }
}
