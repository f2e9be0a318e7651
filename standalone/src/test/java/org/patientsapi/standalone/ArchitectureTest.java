package org.patientsapi.standalone;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.util.Date;
import java.util.List;
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
            .accessTargetWhere(describe("ask the system for the time", ArchitectureTest::asksTheSystem))
            .because("a rule that depends on the day can then be tested on any day");

    /** By a call, or by a reference to what another will call. */
    private static boolean asksTheSystem(JavaAccess<?> access) {
        if (!(access instanceof JavaCodeUnitAccess<?> asked)) {
            return false;
        }
        JavaClass owner = asked.getTargetOwner();
        String name = asked.getName();
        List<JavaClass> parameters = asked.getTarget().getRawParameterTypes();
        boolean ofSystem = owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis");
        boolean date = owner.isEquivalentTo(Date.class) && name.equals("<init>") && parameters.isEmpty();
        boolean now = owner.getPackageName().equals("java.time")
                && name.equals("now")
                && parameters.stream().noneMatch(parameter -> parameter.isEquivalentTo(Clock.class));
        boolean ownClock = owner.isEquivalentTo(Clock.class)
                && CLOCKS_OF_THE_SYSTEM.contains(name)
                && !asked.getOriginOwner().getSimpleName().endsWith("Configuration");
        return ofSystem || date || now || ownClock;
    }

    private static final Set<String> CLOCKS_OF_THE_SYSTEM =
            Set.of("system", "systemUTC", "systemDefaultZone", "tickMillis", "tickSeconds", "tickMinutes");

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
            .haveName("lastFour");
}
