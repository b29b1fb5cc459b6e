// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.Locale;

/** How far a notification has come; the names are Masakari's. */
public enum NotificationStatus {
    /** Stored; nobody has looked at it yet. */
    NEW,
    /** Its incident is being worked on. */
    RUNNING,
    /** Its incident waits for something that a person should know of; it goes on by itself when that is there. */
    ERROR,
    /** Its incident is over, and something could not be recovered. */
    FAILED,
    /** Nothing was to be done about it; its message says why. */
    IGNORED,
    /** Its incident is over, or nothing is left to do about what it reports. */
    FINISHED;

    /** As Masakari's API writes it. */
    public String apiName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What follows from an incident. */
    public static NotificationStatus of(Phase phase, boolean needsPerson, boolean lookedAt) {
        return switch (phase) {
            case PROVING,
                    ISOLATING,
                    MOVING,
                    CLOSING,
                    RESTARTING,
                    KEEPING_OUT,
                    READMITTING,
                    AWAY,
                    CLEARING,
                    TRYING_OUT,
                    PUTTING_TO_USE -> needsPerson ? ERROR : lookedAt ? RUNNING : NEW;
            // A host that is kept out is all that Masakari does about a process; the incident goes on, its report is
            // finished.
            case KEPT_OUT, RECOVERED, SKIPPED -> FINISHED;
            case PARTLY_RECOVERED, FAILED -> FAILED;
            case DISMISSED -> IGNORED;
        };
    }
}
