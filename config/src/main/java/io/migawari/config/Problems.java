// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with a configuration, collected so that a person mends it all at once. Not thread-safe. */
final class Problems {

    private final List<String> all = new ArrayList<>();

    void add(String where, String what) {
        all.add(where + ": " + what);
    }

    void throwIfAny() {
        if (!all.isEmpty()) {
            throw new ConfigException(all);
        }
    }
}
