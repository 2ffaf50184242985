package dev.parley.sim.oracle;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What is checked must not check itself. */
@AnalyzeClasses(packages = "dev.parley.sim.oracle", importOptions = ImportOption.DoNotIncludeTests.class)
class OracleStandsAloneTest {
    @ArchTest
    static final ArchRule theOracleSharesNothingButIds = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.bouncycastle..", "dev.parley.core.id..", "dev.parley.sim.oracle..");
}
