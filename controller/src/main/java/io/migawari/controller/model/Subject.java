// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;
import java.util.Optional;

/** What an incident is about. In each case the incident names the host on which it happened. */
public sealed interface Subject {

    /** The host has failed with all that was on it. */
    record WholeHost() implements Subject {}

    /**
     * One instance has died, and its host lives.
     *
     * @param before how Nova showed it when we first looked; written down once and never changed
     */
    record Instance(ServerId server, Optional<InstanceBefore> before) implements Subject {

        /** For people: its name as soon as that is known. */
        public String words() {
            return before.map(InstanceBefore::name).orElseGet(server::toString);
        }
    }

    /** Processes of the host are down without which it must get no new instances. Which ones is in the evidence. */
    record Processes() implements Subject {}

    /**
     * The host has failed and was recovered from; it is to be put to use again when it comes back.
     *
     * @param failure the incident of its failure
     * @param heardAt the time of the heartbeat, by Nova's clock, after which more have to come before anything goes on
     * @param wellSince since when, by our own clock, it has been back, and later on healthy
     */
    record Return(IncidentId failure, Optional<Instant> heardAt, Optional<Instant> wellSince) implements Subject {

        /** Of a host that nobody has heard of since it failed. */
        public static Return from(IncidentId failure) {
            return new Return(failure, Optional.empty(), Optional.empty());
        }
    }

    /** The phase in which an incident about it begins. */
    default Phase firstPhase() {
        if (this instanceof WholeHost) {
            return Phase.PROVING;
        }
        if (this instanceof Instance) {
            return Phase.RESTARTING;
        }
        if (this instanceof Processes) {
            return Phase.KEEPING_OUT;
        }
        if (this instanceof Return) {
            return Phase.AWAY;
        }
        throw new AssertionError(this);
    }

    /** What the API calls it: the type of the notifications that lead to it, in short. */
    default String kind() {
        if (this instanceof WholeHost) {
            return "host";
        }
        if (this instanceof Instance) {
            return "vm";
        }
        if (this instanceof Processes) {
            return "process";
        }
        if (this instanceof Return) {
            return "return";
        }
        throw new AssertionError(this);
    }
}
