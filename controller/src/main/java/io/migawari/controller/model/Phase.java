// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.EnumSet;
import java.util.Set;

/** How far the recovery of a host has come. The legal transitions are the table in {@link #next}; docs/recovery.md draws it. */
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

    private final String title;

    Phase(String title) {
        this.title = title;
    }

    /** A few words for people. */
    public String title() {
        return title;
    }

    /** The phases that may follow this one. */
    public Set<Phase> next() {
        return switch (this) {
            case PROVING -> EnumSet.of(ISOLATING, CLOSING);
            case ISOLATING -> EnumSet.of(MOVING, CLOSING);
            // back when Nova takes the host for alive again
            case MOVING -> EnumSet.of(ISOLATING, CLOSING);
            // back when one more instance has turned up on the host
            case CLOSING -> EnumSet.of(MOVING, RECOVERED, PARTLY_RECOVERED, DISMISSED);
            case RECOVERED, PARTLY_RECOVERED, DISMISSED -> EnumSet.noneOf(Phase.class);
        };
    }

    public boolean mayBecome(Phase other) {
        return other == this || next().contains(other);
    }

    /** Whether the incident is over. */
    public boolean isEnd() {
        return next().isEmpty();
    }
}
