// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.EnumSet;
import java.util.Set;

/**
 * How far a recovery has come. Each {@linkplain Subject#firstPhase() kind of incident} has its own way through them; the ends
 * are shared. The legal transitions are the table in {@link #next}; docs/recovery.md draws it.
 */
public enum Phase {
    /** Is the host really dead? Nothing of consequence is done before that is proved. */
    PROVING("Is the host dead?"),
    /** Nova is made to see the host as down, and nothing new is scheduled to it. */
    ISOLATING("Taking the host out of Nova"),
    /** Instances are evacuated, each until it has a known end. */
    MOVING("Moving the instances"),
    /** What was taken and not used is given back. */
    CLOSING("Giving back what was not used"),

    /** An instance is stopped and started until Nova shows it running. */
    RESTARTING("Restarting the instance"),
    /** A host whose processes are down is disabled, so that it gets no new instances. */
    KEEPING_OUT("Keeping new instances away"),
    /** It is disabled, by us or by somebody else, until its processes are back. Nothing is left to do; a person has to. */
    KEPT_OUT("New instances are kept away"),
    /** Its processes are back: it is enabled, if it was us who disabled it. */
    READMITTING("Admitting new instances again"),
    /** A host that was recovered from is awaited. */
    AWAY("The host is away"),
    /** It is back, and what it still has of instances that were moved is cleared away by its nova-compute. */
    CLEARING("Clearing its stale copies"),
    /** Nova takes it for up again, and it has to stay healthy for a while. */
    TRYING_OUT("Is it healthy?"),
    /** It is enabled, if it was us who disabled it. */
    PUTTING_TO_USE("Putting it to use again"),
    /** The end: what had failed runs; of a host, what was left is named with the reason. */
    RECOVERED("Recovered"),
    /** The end: nothing was to be done, or somebody else has done it. */
    SKIPPED("Nothing to be done"),
    /** The end: the instances that could not be moved are named with their reasons. */
    PARTLY_RECOVERED("Partly recovered"),
    /** The end: given up, with the reason and a next step. */
    FAILED("Failed"),
    /** The end: it is not ours to recover, or a person called the recovery off before anything had been done. */
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
            case RESTARTING -> EnumSet.of(RECOVERED, SKIPPED, FAILED, DISMISSED);
            case KEEPING_OUT -> EnumSet.of(KEPT_OUT, READMITTING, SKIPPED, FAILED);
            // back when the one who had disabled it before us, Nova itself, has enabled it
            case KEPT_OUT -> EnumSet.of(KEEPING_OUT, READMITTING, SKIPPED);
            // back when a process goes down again
            case READMITTING -> EnumSet.of(KEEPING_OUT, RECOVERED, SKIPPED, FAILED, DISMISSED);
            case AWAY -> EnumSet.of(CLEARING, SKIPPED, DISMISSED);
            // back when it goes away again before it is put to use
            case CLEARING -> EnumSet.of(AWAY, TRYING_OUT, SKIPPED, DISMISSED);
            case TRYING_OUT -> EnumSet.of(AWAY, CLEARING, PUTTING_TO_USE, SKIPPED, DISMISSED);
            case PUTTING_TO_USE -> EnumSet.of(AWAY, TRYING_OUT, RECOVERED, SKIPPED, FAILED, DISMISSED);
            case RECOVERED, SKIPPED, PARTLY_RECOVERED, FAILED, DISMISSED -> EnumSet.noneOf(Phase.class);
        };
    }

    public boolean mayBecome(Phase other) {
        return other == this || next().contains(other);
    }

    /** Whether others have to do something before it can go on, in their own time: a person, or the host that is awaited. */
    public boolean isForOthers() {
        return switch (this) {
            case AWAY, KEPT_OUT, TRYING_OUT -> true;
            default -> false;
        };
    }

    /** Whether the incident is over. */
    public boolean isEnd() {
        return next().isEmpty();
    }
}
