// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.util.List;

/** A configuration that cannot be used. Carries every problem that was found, each with file, line and key. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    public ConfigException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
