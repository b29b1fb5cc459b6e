// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;

/**
 * Why we believe that a host is dead, or is not.
 *
 * @param observedBy who saw it: a monitor's notification, an operator's name, Nova
 * @param observedAt when, by the observer's clock
 */
public record Evidence(Kind kind, String observedBy, Instant observedAt, String words) {

    /** What was seen. */
    public enum Kind {
        /** A monitor reports the host as stopped and cannot say whether its power is off. */
        REPORTED_STOPPED(false),
        /** A monitor reports the host as stopped and has read its power as off ({@code host_status: NORMAL}). */
        POWER_READ_AS_OFF(true),
        /** An operator gives his word that the host is off. */
        CONFIRMED_BY_OPERATOR(true),
        /** Nova has called the host down for long enough, in a segment whose policy accepts that. */
        NOVA_DOWN(true),
        /** A monitor reports that the host runs (again). */
        REPORTED_STARTED(false);

        private final boolean provesDeath;

        Kind(boolean provesDeath) {
            this.provesDeath = provesDeath;
        }

        public boolean provesDeath() {
            return provesDeath;
        }
    }
}
