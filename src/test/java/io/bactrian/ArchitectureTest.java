package io.bactrian;

import java.util.Set;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.bactrian.webhook.Verifier;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

/** The rooms of the house and who may use whom: the table of {@code docs/architecture.md}. */
@AnalyzeClasses(packages = "io.bactrian", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule arrows_only_point_down = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("app")
            .definedBy("io.bactrian.app..")
            .layer("admin")
            .definedBy("io.bactrian.admin..")
            .layer("camel.http")
            .definedBy("io.bactrian.camel.http..")
            .layer("camel.journal")
            .definedBy("io.bactrian.camel.journal..")
            .layer("camel.jetstream")
            .definedBy("io.bactrian.camel.jetstream..")
            .layer("camel.repair")
            .definedBy("io.bactrian.camel.repair..")
            .layer("camel.webhook")
            .definedBy("io.bactrian.camel.webhook..")
            .layer("camel.cloudevents")
            .definedBy("io.bactrian.camel.cloudevents..")
            .layer("camel.observe")
            .definedBy("io.bactrian.camel.observe..")
            .layer("webhook")
            .definedBy("io.bactrian.webhook..")
            .layer("journal")
            .definedBy("io.bactrian.journal..")
            .layer("jetstream")
            .definedBy("io.bactrian.jetstream..")
            .layer("cloudevents")
            .definedBy("io.bactrian.cloudevents..")
            .layer("pem")
            .definedBy("io.bactrian.pem..")
            .whereLayer("app")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("admin")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("journal")
            .mayOnlyBeAccessedByLayers("camel.journal", "camel.observe", "camel.repair", "admin", "app")
            .whereLayer("jetstream")
            .mayOnlyBeAccessedByLayers("camel.jetstream", "camel.observe", "camel.repair", "app")
            .whereLayer("pem")
            .mayOnlyBeAccessedByLayers("jetstream", "camel.http")
            .whereLayer("webhook")
            .mayOnlyBeAccessedByLayers("camel.webhook", "camel.observe", "app");

    @ArchTest
    static final ArchRule the_lower_rooms_know_nothing_of_camel = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.bactrian.cloudevents..",
                    "io.bactrian.journal..",
                    "io.bactrian.jetstream..",
                    "io.bactrian.pem..",
                    "io.bactrian.webhook..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.camel..", "io.vertx..", "io.bactrian.camel..");

    @ArchTest
    static final ArchRule the_bench_measures_a_gateway_from_outside = noClasses()
            .that()
            .resideInAPackage("io.bactrian.app.bench..")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("io.bactrian..").and(not(resideInAPackage("io.bactrian.app.bench.."))));

    @ArchTest
    static final ArchRule only_the_jetstream_rooms_use_jnats = noClasses()
            .that()
            .resideOutsideOfPackages("io.bactrian.jetstream..", "io.bactrian.camel.jetstream..", "io.bactrian.app..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.nats..");

    @ArchTest
    static final ArchRule json_is_streamed =
            noClasses().should().dependOnClassesThat().resideInAPackage("com.fasterxml.jackson.databind..");

    /** A secret or signature is compared with MessageDigest.isEqual: whatever else is called so stops at the first difference. */
    @ArchTest
    static final ArchRule credentials_are_compared_in_constant_time = noClasses()
            .that()
            .implement(Verifier.class)
            .or()
            .haveSimpleName("HmacKeys")
            .or()
            .haveSimpleName("Ed25519Keys")
            .or()
            .haveSimpleName("Secrets")
            .should()
            .callMethodWhere(describe(
                    "a comparison that ends early",
                    call -> Set.of(
                                            "equals",
                                            "equalsIgnoreCase",
                                            "contentEquals",
                                            "compareTo",
                                            "compareToIgnoreCase",
                                            "compare",
                                            "mismatch",
                                            "contains",
                                            "deepEquals",
                                            "hashCode")
                                    .contains(call.getTarget().getName())
                            && !call.getTarget().getOwner().isAssignableTo(Record.class)));

    @ArchTest
    static final ArchRule nobody_sleeps = noClasses().should().callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule names_say_what_a_thing_is = classes()
            .should()
            .haveSimpleNameNotEndingWith("Manager")
            .andShould()
            .haveSimpleNameNotEndingWith("Helper")
            .andShould()
            .haveSimpleNameNotEndingWith("Util")
            .andShould()
            .haveSimpleNameNotEndingWith("Utils")
            .andShould()
            .haveSimpleNameNotEndingWith("Impl");
}
