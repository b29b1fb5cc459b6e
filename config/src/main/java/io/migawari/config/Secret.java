// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A password or the like. Prints as stars, so that no log, error or dump can show it by accident. */
public final class Secret {

    private final String value;

    public Secret(String value) {
        this.value = Objects.requireNonNull(value, "value");
    }

    /**
     * What a file holds, without the end of its last line.
     *
     * @throws IOException if it cannot be read
     */
    public static Secret in(Path file) throws IOException {
        return new Secret(Files.readString(file).replaceFirst("\\R\\z", ""));
    }

    /** The secret itself: hand it to whoever signs in with it, and to nobody else. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
