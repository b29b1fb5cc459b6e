// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;
import java.util.Optional;

/**
 * Why we believe that a host, an instance or a process is dead, or is not.
 *
 * @param observedBy who saw it: a monitor's notification, an operator's name, Nova
 * @param observedAt when, by the observer's clock
 * @param process which process it is about, if it is about one
 */
public record Evidence(Kind kind, String observedBy, Instant observedAt, String words, Optional<String> process) {

    public Evidence(Kind kind, String observedBy, Instant observedAt, String words) {
        this(kind, observedBy, observedAt, words, Optional.empty());
    }

    /** What was seen. */
    public enum Kind {
        /** A monitor reports the host as stopped and cannot say whether its power is off. */
        REPORTED_STOPPED(false),
        /** A monitor reports that Pacemaker has fenced the host, after it was lost. */
        FENCED(true),
        /** Its fencing devices have shown us its power as off. */
        POWER_OFF(true),
        /** A monitor reports the host as stopped and has read its power as off ({@code host_status: NORMAL}). */
        POWER_READ_AS_OFF(true),
        /** An operator gives his word that the host is off. */
        CONFIRMED_BY_OPERATOR(true),
        /** Nova has called the host down for long enough, in a segment whose policy accepts that. */
        NOVA_DOWN(true),
        /** A monitor reports that the host runs (again). */
        REPORTED_STARTED(false),
        /** A monitor reports that an instance has died, or is of no use any more, on a host that lives. */
        INSTANCE_FAILED(false),
        /** A monitor reports that a process of a host is down and could not be brought back. */
        PROCESS_STOPPED(false),
        /** A monitor reports that such a process runs again. */
        PROCESS_STARTED(false);

        private final boolean provesDeath;

        Kind(boolean provesDeath) {
            this.provesDeath = provesDeath;
        }

        public boolean provesDeath() {
            return provesDeath;
        }
    }
}
