// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.seed;

import io.migawari.simulate.scenario.Scenario;
import io.migawari.simulate.scenario.ScenarioFile;

/** One number, and the scenario that chance makes of it: a small cloud, and twelve minutes in which much goes wrong. */
public record Seed(long number) {

    /** In seconds. What is dead then may stay so, but all must have come to rest. */
    private static final int UNTIL = 3600;

    /** The scenario as a file. */
    public String text() {
        var chance = new Chance(number);
        var script = new Script();
        script.line("title: Seed " + number);
        script.line("cases: []");
        script.line("why: |");
        script.line("  Chance has written this. Until " + Script.stamp(RandomFaults.HEALED)
                + " things go wrong, from then on nothing does.");
        var cloud = new RandomCloud(chance, script);
        cloud.write();
        new RandomFaults(chance, script, cloud).write();
        return script.text(UNTIL);
    }

    public Scenario scenario() {
        return ScenarioFile.readText("seed " + number, text());
    }
}
