package dev.parley.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.UUID;

@AnalyzeClasses(packages = "dev.parley.core", importOptions = ImportOption.DoNotIncludeTests.class)
class BoundariesTest {
    @ArchTest
    static final ArchRule coreKnowsNoRuntime = classes()
            .that()
            .resideInAPackage("dev.parley.core..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "javax.crypto..",
                    "dev.parley.core..",
                    "com.fasterxml.jackson..",
                    "org.bouncycastle..",
                    "com.amazon.corretto..");

    @ArchTest
    static final ArchRule coreKnowsNoClockThreadOrChance = noClasses()
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net..", "java.sql..")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(java.util.Random.class, java.security.SecureRandom.class, Thread.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.util.concurrent.Executor.class);

    @ArchTest
    static final ArchRule historyStandsOnIdsAlone = noClasses()
            .that()
            .resideInAPackage("dev.parley.core.history..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.parley.core.wire..",
                    "dev.parley.core.session..",
                    "dev.parley.core.reconcile..",
                    "dev.parley.core.access..",
                    "dev.parley.core.state..");

    @ArchTest
    static final ArchRule onlySessionsKnowSessions = noClasses()
            .that()
            .resideOutsideOfPackage("dev.parley.core.session..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.parley.core.session..");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("dev.parley.core.(*)..").should().beFreeOfCycles();
}
