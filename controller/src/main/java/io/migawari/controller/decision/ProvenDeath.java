// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import java.time.Instant;

/**
 * The death of another host, as its own incident knows it. An evacuation to that host died with it if it was asked for before
 * the end of that time, and if the host has not done anything about it after the proof.
 *
 * @param provedAt when that was observed which proves it; of several proofs, the newest
 * @param until the end of its incident, or {@link Instant#MAX} while that is open
 */
public record ProvenDeath(Instant provedAt, Instant until) {

    /** Of two deaths of the same host, the later one. */
    public ProvenDeath orLater(ProvenDeath other) {
        return other.provedAt.isAfter(provedAt) ? other : this;
    }
}
