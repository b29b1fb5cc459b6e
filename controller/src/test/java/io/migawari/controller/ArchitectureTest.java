// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.migawari.time.SystemTime;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;

/** The arrows of the design, one rule each: data flows one way, and each outside thing is known in one place. */
@AnalyzeClasses(
        packages = "io.migawari",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
class ArchitectureTest {

    /** Those of other modules, once they are packaged. */
    static final class NoTestJars implements ImportOption {

        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    private static final String BASE = "io.migawari.controller.";
    private static final String[] PLATFORM = {"java..", "org.jspecify..", "io.migawari.config..", "io.migawari.time.."};

    private static ArchRule only(String from, String... to) {
        String[] allowed = new String[to.length + PLATFORM.length + 1];
        System.arraycopy(to, 0, allowed, 0, to.length);
        System.arraycopy(PLATFORM, 0, allowed, to.length, PLATFORM.length);
        allowed[allowed.length - 1] = BASE + from + "..";
        return classes()
                .that()
                .resideInAPackage(BASE + from + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed);
    }

    @ArchTest
    static final ArchRule theModelKnowsNothing = classes()
            .that()
            .resideInAPackage(BASE + "model..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", BASE + "model..");

    @ArchTest
    static final ArchRule decisionsKnowTheModelOnly = only("decision", BASE + "model..");

    @ArchTest
    static final ArchRule decisionsDoNoInputOrOutput = noClasses()
            .that()
            .resideInAPackage(BASE + "decision..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.io..", "java.nio.file..", "java.net..", "java.sql..", "java.util.concurrent..", "org.slf4j..")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.util.Random.class);

    @ArchTest
    static final ArchRule theStoreKnowsTheModelAndTheDatabase = only(
            "store",
            BASE + "model..",
            BASE + "decision..",
            "io.migawari.db..",
            "org.jdbi..",
            "com.fasterxml.jackson..");

    @ArchTest
    static final ArchRule theCloudKnowsTheModelAndOpenStack = only(
            "cloud",
            BASE + "model..",
            "org.openstack4j..",
            "com.fasterxml.jackson..",
            "javax.net.ssl..",
            "com.google.common..");

    @ArchTest
    static final ArchRule openStackIsKnownInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackage(BASE + "cloud..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.openstack4j..");

    @ArchTest
    static final ArchRule fencingKnowsTheModel = only(
            "fencing",
            BASE + "model..",
            BASE + "store..",
            "io.migawari.db..",
            "javax.net.ssl..",
            "com.fasterxml.jackson..",
            "org.slf4j..");

    @ArchTest
    static final ArchRule intakeEndsInTheStore =
            only("intake", BASE + "model..", BASE + "store..", "io.migawari.db..", "org.slf4j..");

    @ArchTest
    static final ArchRule workIsSharedWhateverItIs = only(
            "work",
            BASE + "model..",
            BASE + "cloud..",
            BASE + "fencing..",
            BASE + "store..",
            "io.migawari.db..",
            "org.slf4j..");

    @ArchTest
    static final ArchRule operationsKnowDecisionsAndThePorts = only(
            "operation",
            BASE + "model..",
            BASE + "decision..",
            BASE + "cloud..",
            BASE + "fencing..",
            BASE + "store..",
            BASE + "work..",
            "io.migawari.db..",
            "org.slf4j..");

    @ArchTest
    static final ArchRule recoveryKnowsDecisionsAndThePorts = only(
            "recovery",
            BASE + "model..",
            BASE + "work..",
            BASE + "decision..",
            BASE + "cloud..",
            BASE + "fencing..",
            BASE + "store..",
            "io.migawari.db..",
            "org.slf4j..");

    @ArchTest
    static final ArchRule foresightKnowsDecisionsAndThePorts = only(
            "foresight",
            BASE + "model..",
            BASE + "decision..",
            BASE + "cloud..",
            BASE + "store..",
            "io.migawari.db..",
            "org.slf4j..");

    @ArchTest
    static final ArchRule theDoctorKnowsWhatItLooksAt = only(
            "doctor",
            BASE + "model..",
            BASE + "decision..",
            BASE + "cloud..",
            BASE + "fencing..",
            BASE + "store..",
            BASE + "foresight..",
            BASE + "ops..");

    @ArchTest
    static final ArchRule itsChecksAreGivenFactsAndAskNobody =
            only("doctor.check", BASE + "model..", BASE + "decision..", BASE + "foresight..");

    @ArchTest
    static final ArchRule aNodeIsLookedAtWithoutTheController = only("node", BASE + "doctor.check..");

    @ArchTest
    static final ArchRule theRecoveryKnowsNoAdapter = noClasses()
            .that()
            .resideInAPackage(BASE + "recovery..")
            .should()
            .dependOnClassesThat()
            .haveSimpleNameStartingWith("MariaDb")
            .orShould()
            .dependOnClassesThat()
            .haveSimpleNameStartingWith("OpenStack");

    @ArchTest
    static final ArchRule theApiKnowsNoRecovery = noClasses()
            .that()
            .resideInAPackage(BASE + "api..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(BASE + "recovery..");

    @ArchTest
    static final ArchRule commandsUseThePublicApiOnly = noClasses()
            .that()
            .resideInAPackage(BASE + "cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    BASE + "api..", BASE + "store..", BASE + "recovery..", BASE + "decision..", BASE + "intake..");

    @ArchTest
    static final ArchRule clocksAreReadInOnePlace = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(SystemTime.class.getName())
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class);

    @ArchTest
    static final ArchRule nothingPrintsBesideItsOutput = noClasses()
            .that()
            .resideOutsideOfPackages(BASE + "cli..", "io.migawari.demo..", "io.migawari.hostmonitor..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");
}
