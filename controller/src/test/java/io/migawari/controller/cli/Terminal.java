// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.Trial;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;

/** Where an operator of a trial types commands, and what the last of them has written. */
final class Terminal {

    private final Map<String, String> environment;
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    Terminal(Trial trial) {
        this(trial, Map.of());
    }

    /** @param more variables of the environment */
    Terminal(Trial trial, Map<String, String> more) {
        this.environment = new HashMap<>(more);
        environment.put("MIGAWARI_ENDPOINT", trial.url().toString());
    }

    /** @return the exit code */
    int run(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        return Migawari.run(arguments, environment, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    /** What a command writes that must succeed. */
    String output(String... arguments) {
        assertThat(run(arguments)).as(err()).isZero();
        return out();
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
