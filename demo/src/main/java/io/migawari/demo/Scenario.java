// SPDX-License-Identifier: Apache-2.0
package io.migawari.demo;

import java.util.Locale;

/** What goes wrong in a demonstration. */
enum Scenario {
    /** compute1 dies; compute3 is reserved. */
    HOST_FAILURE("compute1 dies, and its instances come back on the reserved host compute3"),
    /** compute1 dies, and there is no reserved host until an operator adds one. */
    NO_RESERVED_HOST("compute1 dies while there is no reserved host; the recovery waits until one is added"),
    /** The reserved host dies as well, in the middle of the recovery; there is a second one. */
    SECOND_HOST_DIES("the reserved host dies, too, in the middle of the recovery; a second one takes over"),
    /** Nova refuses to evacuate one of the instances. */
    ONE_REFUSED("Nova refuses one of the instances; the others are saved, and the refused one is named");

    private final String words;

    Scenario(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** As it is given on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
