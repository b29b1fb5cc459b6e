// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.operation;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import java.util.List;
import java.util.Optional;

/** What a person has asked for. Destinations that are not named are chosen by Nova's scheduler. */
public sealed interface Order {

    /** One instance moves. */
    record MoveServer(Way way, ServerId server, Optional<HostName> to) implements Order {}

    /**
     * A living host is emptied: nothing new is scheduled to it, and what it has moves away.
     *
     * @param to in any order; empty: the scheduler chooses
     * @param remainder what becomes of instances that run and cannot be migrated live
     */
    record Drain(HostName host, List<HostName> to, Remainder remainder) implements Order {

        /** With what the reason begins that Nova keeps of a host which a drain has disabled. */
        public static final String REASON = "migawari: drained";

        public Drain {
            to = List.copyOf(to);
        }
    }

    /**
     * A drained host is put to use again.
     *
     * @param bringBack whether the instances that were moved away return
     */
    record Undrain(HostName host, boolean bringBack) implements Order {}

    /**
     * All instances of a dead host are rebuilt elsewhere from their disks.
     *
     * @param to in any order; empty: the scheduler chooses
     */
    record EvacuateHost(HostName host, List<HostName> to) implements Order {

        public EvacuateHost {
            to = List.copyOf(to);
        }
    }

    /**
     * An instance is replaced by a copy of itself in another availability zone.
     *
     * @param liveSnapshot whether its disk is copied while it runs: a shorter pause, but what it writes after that is lost
     * @param deleteSource whether it is deleted when the copy has taken its place; otherwise it stays, stopped
     */
    record MoveZone(ServerId server, String zone, boolean liveSnapshot, boolean deleteSource) implements Order {}

    /** What becomes of an instance that runs and cannot be migrated live. */
    enum Remainder {
        /** It stays, and runs on. */
        LEAVE,
        /** It is stopped, and stays. */
        STOP,
        /** It is migrated cold, which shuts it down for the time of the move. */
        MIGRATE
    }

    /** The name of the command that gives it. */
    default String verb() {
        if (this instanceof MoveServer order) {
            return order.way().verb();
        }
        if (this instanceof Drain) {
            return "drain";
        }
        if (this instanceof Undrain) {
            return "undrain";
        }
        if (this instanceof EvacuateHost) {
            return "evacuate-host";
        }
        if (this instanceof MoveZone) {
            return Way.ZONE.verb();
        }
        throw new AssertionError(this);
    }

    /** The host that it is about as a whole; none if it is about an instance. */
    default Optional<HostName> wholeHost() {
        if (this instanceof Drain order) {
            return Optional.of(order.host());
        }
        if (this instanceof Undrain order) {
            return Optional.of(order.host());
        }
        if (this instanceof EvacuateHost order) {
            return Optional.of(order.host());
        }
        return Optional.empty();
    }

    /** The one instance that it is about; none if it is about a host. */
    default Optional<ServerId> oneServer() {
        if (this instanceof MoveServer order) {
            return Optional.of(order.server());
        }
        if (this instanceof MoveZone order) {
            return Optional.of(order.server());
        }
        return Optional.empty();
    }
}
