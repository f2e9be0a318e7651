package org.patientsapi.standalone;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Set;
import org.patientsapi.api.EventType;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.values.Aadhaar;

/** What the modules promise each other, and why. */
@AnalyzeClasses(packages = "org.patientsapi", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule value_types_depend_on_nothing_but_the_rules_they_apply = classes()
            .that()
            .resideInAPackage("..values..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "", // arrays
                    "javax.crypto..",
                    "java..",
                    "org.patientsapi.values..",
                    "com.google.i18n.phonenumbers..",
                    "org.jspecify.."));

    @ArchTest
    static final ArchRule the_vocabulary_knows_no_framework_but_the_target_of_a_command = classes()
            .that()
            .resideInAPackage("org.patientsapi.api..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..",
                    "org.patientsapi.api..",
                    "org.patientsapi.values..",
                    "com.fasterxml.jackson.annotation..",
                    "org.axonframework.modelling.command..",
                    "org.jspecify.."))
            .because("events outlive every framework");

    @ArchTest
    static final ArchRule the_sides_do_not_see_each_other = noClasses()
            .that()
            .resideInAPackage("..command..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..query..")
            .because("each is a deployable of its own");

    @ArchTest
    static final ArchRule nor_the_other_way_round = noClasses()
            .that()
            .resideInAPackage("..query..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.patientsapi.command..");

    @ArchTest
    static final ArchRule the_platform_knows_neither_side = noClasses()
            .that()
            .resideInAPackage("..platform..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.patientsapi.command..", "org.patientsapi.query..", "org.patientsapi.standalone..");

    @ArchTest
    static final ArchRule few_classes_know_elasticsearch = noClasses()
            .that()
            .haveNameNotMatching(
                    ".*\\.(PatientIndex|IndexInspection|Tombstones|IndexGenerations|QueryTranslation|EngineCalls|"
                            + "RenewedHttpClient|QuerySideConfiguration)(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("co.elastic..")
            .because("the next version of the engine is then a few classes away");

    @ArchTest
    static final ArchRule only_the_event_store_touches_axons_storage = noClasses()
            .that()
            .resideOutsideOfPackage("org.patientsapi.platform.eventstore..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.axonframework.eventsourcing.eventstore..")
            .because(
                    "whoever reads events elsewhere would meet them encrypted, or in the clear where they should not be");

    @ArchTest
    static final ArchRule the_time_comes_from_the_injected_clock = noClasses()
            .should()
            .callMethodWhere(describe("ask the system for the time", ArchitectureTest::asksTheSystem))
            .because("a rule that depends on the day can then be tested on any day");

    private static boolean asksTheSystem(JavaMethodCall call) {
        boolean ofSystem = call.getTargetOwner().isEquivalentTo(System.class)
                && call.getName().equals("currentTimeMillis");
        boolean now = isTime(call.getTargetOwner())
                && call.getName().equals("now")
                && call.getTarget().getRawParameterTypes().stream()
                        .noneMatch(parameter -> parameter.isEquivalentTo(Clock.class));
        return ofSystem || now;
    }

    private static boolean isTime(JavaClass type) {
        return Set.of(Instant.class, LocalDate.class, LocalDateTime.class, OffsetDateTime.class, ZonedDateTime.class)
                .stream()
                .anyMatch(type::isEquivalentTo);
    }

    @ArchTest
    static final ArchRule every_event_has_its_name_and_revision = classes()
            .that()
            .implement(PatientEvent.class)
            .should()
            .beAnnotatedWith(EventType.class)
            .andShould()
            .beRecords();

    @ArchTest
    static final ArchRule nothing_holds_more_of_an_aadhaar_number_than_its_last_digits = fields().that()
            .areDeclaredIn(Aadhaar.class)
            .and()
            .areNotStatic()
            .should()
            .haveName("lastFour")
            .orShould()
            .haveName("verified");
}
