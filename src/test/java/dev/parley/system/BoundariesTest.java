package dev.parley.system;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Arrows between modules point one way: simulation, http-edge, persistence, core. */
@AnalyzeClasses(packages = "dev.parley", importOptions = ImportOption.DoNotIncludeTests.class)
class BoundariesTest {
    @ArchTest
    static final ArchRule coreStandsAlone = noClasses()
            .that()
            .resideInAPackage("dev.parley.core..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.parley.persistence..", "dev.parley.edge..", "dev.parley.sim..");

    @ArchTest
    static final ArchRule persistenceKnowsNoEdge = noClasses()
            .that()
            .resideInAPackage("dev.parley.persistence..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.parley.edge..", "dev.parley.sim..", "org.apache.pekko.http..");

    @ArchTest
    static final ArchRule edgeKnowsNoSimulation = noClasses()
            .that()
            .resideInAPackage("dev.parley.edge..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.parley.sim..");

    @ArchTest
    static final ArchRule roomRulesAndRelayRulesSeeNoActor = noClasses()
            .that()
            .resideInAPackage("dev.parley.persistence.room..")
            .or()
            .haveSimpleName("RelayRules")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.pekko..", "java.sql..");

    @ArchTest
    static void everyPackageSaysWhatItIs(JavaClasses classes) throws IOException {
        Path root = Path.of(System.getProperty("parley.root"));
        List<Path> silent = new ArrayList<>();
        for (String module : List.of("core", "persistence", "http-edge", "simulation")) {
            try (Stream<Path> folders = Files.walk(root.resolve(module).resolve("src/main/java"))) {
                for (Path folder : folders.filter(Files::isDirectory).toList()) {
                    if (holdsSources(folder) && !Files.exists(folder.resolve("package-info.java"))) {
                        silent.add(root.relativize(folder));
                    }
                }
            }
        }
        assertThat(silent).as("packages without package-info.java").isEmpty();
    }

    private static boolean holdsSources(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(".java"));
        }
    }
}
