// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.migawari.time.SystemTime;
import java.time.Clock;
import java.time.Instant;

/** The arrows of this module: what libvirt shows is judged by what knows neither libvirt nor a clock. */
@AnalyzeClasses(packages = "io.migawari", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String BASE = "io.migawari.instancemonitor.";

    private static ArchRule only(String from, String... allowed) {
        return classes()
                .that()
                .resideInAPackage(BASE + from + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed);
    }

    @ArchTest
    static final ArchRule theWordsOfThePortAreNobodyElses =
            only("domain", "java..", "org.jspecify..", BASE + "domain..");

    @ArchTest
    static final ArchRule judgementKnowsWhatItJudgesOnly = only(
            "judgement",
            "java.lang..",
            "java.util",
            "java.util.function..",
            "java.util.regex",
            "java.util.stream",
            "java.time..",
            "org.jspecify..",
            "io.migawari.config..",
            BASE + "domain..",
            BASE + "judgement..");

    @ArchTest
    static final ArchRule agentsAreAskedWithoutKnowingLibvirt =
            only("agent", "java..", "org.jspecify..", "io.migawari.config..", "io.migawari.time..", BASE + "agent..");

    @ArchTest
    static final ArchRule libvirtIsOneAdapterAndJudgesNothing = only(
            "libvirt",
            "java..",
            "org.jspecify..",
            "org.slf4j..",
            "com.sun.jna..",
            "io.migawari.time..",
            BASE + "domain..",
            BASE + "agent..",
            BASE + "libvirt..");

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
