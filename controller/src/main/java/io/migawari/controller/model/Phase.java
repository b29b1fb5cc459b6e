// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** How far the recovery of a host has come. The legal transitions are the table below; docs/recovery.md draws it. */
public enum Phase {
    /** Is the host really dead? Nothing of consequence is done before that is proved. */
    PROVING("Is the host dead?"),
    /** Nova is made to see the host as down, and nothing new is scheduled to it. */
    ISOLATING("Taking the host out of Nova"),
    /** Instances are evacuated, each until it has a known end. */
    MOVING("Moving the instances"),
    /** What was taken and not used is given back. */
    CLOSING("Giving back what was not used"),

    /** The end: no instance failed to move; those that were left are named with their reasons. */
    RECOVERED("Recovered"),
    /** The end: the instances that could not be moved are named with their reasons. */
    PARTLY_RECOVERED("Partly recovered"),
    /** The end: the host was not dead, or a person called the recovery off before anything had moved. */
    DISMISSED("Dismissed");

    private static final Map<Phase, Set<Phase>> NEXT = new EnumMap<>(Map.of(
            PROVING, EnumSet.of(ISOLATING, CLOSING),
            ISOLATING, EnumSet.of(MOVING, CLOSING),
            // back to ISOLATING when Nova takes the host for alive again
            MOVING, EnumSet.of(ISOLATING, CLOSING),
            // back to MOVING when one more instance has turned up on the host
            CLOSING, EnumSet.of(MOVING, RECOVERED, PARTLY_RECOVERED, DISMISSED),
            RECOVERED, EnumSet.noneOf(Phase.class),
            PARTLY_RECOVERED, EnumSet.noneOf(Phase.class),
            DISMISSED, EnumSet.noneOf(Phase.class)));

    private final String title;

    Phase(String title) {
        this.title = title;
    }

    /** A few words for people. */
    public String title() {
        return title;
    }

    public Set<Phase> next() {
        return Set.copyOf(NEXT.get(this));
    }

    public boolean mayBecome(Phase other) {
        return other == this || NEXT.get(this).contains(other);
    }

    /** Whether the incident is over. */
    public boolean isEnd() {
        return NEXT.get(this).isEmpty();
    }
}
