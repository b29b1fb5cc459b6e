// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import java.util.List;

/** Names in one line for a person; the list of all is one command away. */
final class Names {

    private static final int MOST = 5;

    private Names() {}

    /** The first of them, and how many more there are. */
    static String of(List<String> names) {
        return String.join(", ", names.subList(0, Math.min(MOST, names.size())))
                + (names.size() > MOST ? " and " + (names.size() - MOST) + " more" : "");
    }
}
