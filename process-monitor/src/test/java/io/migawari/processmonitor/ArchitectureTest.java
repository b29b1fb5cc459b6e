// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.migawari.time.SystemTime;
import java.time.Clock;
import java.time.Instant;

/** The arrows of this module: what is seen is judged by what knows nothing but what it is given. */
@AnalyzeClasses(packages = "io.migawari", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String BASE = "io.migawari.processmonitor.";

    private static ArchRule only(String from, String... allowed) {
        return classes()
                .that()
                .resideInAPackage(BASE + from + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed);
    }

    @ArchTest
    static final ArchRule aProcessKnowsItsSettingsOnly =
            only("process", "java..", "org.jspecify..", "io.migawari.config..", BASE + "process..");

    @ArchTest
    static final ArchRule judgementKnowsWhatItJudgesOnly = only(
            "judgement",
            "java.lang..",
            "java.util",
            "java.util.function..",
            "java.time..",
            "org.jspecify..",
            "io.migawari.config..",
            "io.migawari.time..",
            BASE + "process..",
            BASE + "judgement..");

    @ArchTest
    static final ArchRule lookingKnowsNoJudgementAndNoReport = only(
            "local",
            "java..",
            "org.jspecify..",
            "org.slf4j..",
            "com.sun.jna..",
            "io.migawari.time..",
            BASE + "process..",
            BASE + "local..");

    @ArchTest
    static final ArchRule masakarisListEndsInProcesses = only(
            "masakari", "java..", "org.jspecify..", "io.migawari.config..", BASE + "process..", BASE + "masakari..");

    @ArchTest
    static final ArchRule clocksAreReadInOnePlace = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(SystemTime.class.getName())
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class);
}
