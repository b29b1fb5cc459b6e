// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;

/**
 * What an incident waits for. It goes on by itself when the reason is gone.
 *
 * @param words the reason, for an operator
 * @param since when the incident came to this gate
 */
public record Gate(Kind kind, String words, Instant since) {

    /** The reasons to wait, each with the way on. */
    public enum Kind {
        /** Reported dead, without a proof. */
        NO_PROOF(
                true,
                "make sure that the host is off, then run: migawari incident confirm-dead INCIDENT --reason TEXT"),
        /** Reported dead, but it has sent Nova a heartbeat since. */
        HOST_ALIVE(
                true,
                "find out why it was reported; if it lives, run: migawari incident cancel INCIDENT --reason TEXT"),
        /** The failed host is back in the middle of its recovery, and what has not been moved yet may run there. */
        HOST_BACK(
                true,
                "if nothing of it runs there, none: it goes on when Nova has noticed, within ten minutes; to leave what runs there: "
                        + "migawari incident cancel INCIDENT --reason TEXT; to have it moved, switch FAILED-HOST off, then run: "
                        + "migawari incident confirm-dead INCIDENT --reason TEXT"),
        /** The segment was disabled before the recovery had begun. */
        SEGMENT_DISABLED(
                true, "enable the segment (migawari segment update NAME --enabled true), or cancel the incident"),
        /** Nova does not call the host down yet. */
        NOT_DOWN(false, "none yet; with a proof of death it need not be waited for"),
        /** Nova has no nova-compute service of this name. */
        UNKNOWN_TO_NOVA(true, "compare the host's name with: openstack compute service list"),
        /** Nova or Keystone gives no answer that could be relied on. */
        CLOUD_UNREADABLE(true, "look at Nova and Keystone; the recovery goes on when they answer"),
        /** There is no host that the instances could go to. */
        NO_DESTINATION(true, "add a reserved host (migawari reserved-host add SEGMENT HOST) or free a host"),
        /** A move is under way to a host that may have died, too. */
        DESTINATION_UNPROVEN(
                true,
                "make sure that the destination is off, then run: migawari notification create HOST --host-status NORMAL; "
                        + "or bring it back, and see whether the moves get on"),
        /** A move takes longer than it should; Nova may still finish it. */
        OVERDUE(
                false,
                "look at nova-compute on the destination; if it was restarted meanwhile, it has forgotten the evacuation "
                        + "for good, and it goes on after: openstack server set --state error SERVER"),
        /** The host has an incident of its own, which takes care of all that is on it. */
        HOST_FAILED(false, "none here; follow the incident of the host: migawari incident watch HOST"),
        /** Nova calls the host down, and nobody has reported it: whatever Nova were told, nothing would happen. */
        HOST_DOWN(
                true,
                "bring nova-compute back on HOST, or, if the host is dead, report it: migawari notification create HOST"),
        /** Nova has lost the connection to the host's libvirt: it takes orders and does nothing. */
        HYPERVISOR_AWAY(true, "start libvirtd on HOST; it goes on when nova-compute has found it again"),
        /** Nova is doing something else to the instance, and has been for long. */
        INSTANCE_BUSY(
                true,
                "look at nova-compute on HOST; if it has forgotten the task, end it: openstack server set --state error SERVER"),
        /** So many hosts are out that it is more likely a mistake, or that nobody could take the load. */
        STORM(
                true,
                "find out why so many hosts are out; what is dead for certain is begun by: "
                        + "migawari incident approve INCIDENT --reason TEXT"),
        /** No controller has watched until a moment ago, and what happened meanwhile is still coming in. */
        WATCHING_FIRST(false, "none; or begin at once: migawari incident approve INCIDENT --reason TEXT"),
        /** What Nova shows us of the rest of the cloud makes our own view doubtful. */
        SELF_CHECK(
                true,
                "look at this controller's network and clock, at Nova and its message bus; if only the hosts are at fault, "
                        + "run: migawari incident approve INCIDENT --reason TEXT"),
        /** Somebody has paused recovery. */
        PAUSED(
                false,
                "none; or end the pause (migawari resume), or begin: migawari incident approve INCIDENT --reason TEXT"),
        /** Somebody had disabled the host before it failed. */
        DISABLED_BY_PERSON(
                true, "if its instances shall be moved, run: migawari incident approve INCIDENT --reason TEXT"),
        /** The host is not switched off because nobody could take its instances. */
        NO_CAPACITY(true, "add a reserved host (migawari reserved-host add SEGMENT HOST) or free a host"),
        /** The host is being switched off. */
        FENCING(false, "none; it goes on when its power reads as off"),
        /** No fencing device could switch the host off. */
        FENCING_FAILED(
                true,
                "look at the host's fencing devices (migawari fencing status FAILED-HOST); make sure that the host is off, then run: "
                        + "migawari incident confirm-dead INCIDENT --reason TEXT"),
        /** A host that has come back still has what was moved away from it. */
        STALE_COPIES(
                true,
                "restart nova-compute on HOST, which clears them away; for an instance that was deleted since, see "
                        + "docs/operations.md"),
        /** A host has failed too often to be put to use again without being asked for. */
        FLAPPING(true, "find out why it fails; then put it to use: migawari incident approve INCIDENT --reason TEXT"),
        /** A host that has come back is not healthy, or not for long enough yet. */
        UNHEALTHY(false, "none; it is put to use when it has been healthy for long enough"),
        /** By the site's settings, a host that has come back is put to use only when a person says so. */
        NOT_AUTOMATIC(true, "look at HOST; then put it to use: migawari incident approve INCIDENT --reason TEXT"),
        /** A host that has come back is on maintenance. */
        ON_MAINTENANCE(
                false, "none while it lasts; then: openstack segment host update --on_maintenance false SEGMENT HOST"),
        /** A process is down without which a host gets no new instances. */
        PROCESS_DOWN(
                true,
                "repair it on HOST; nova-compute is enabled again when the process is reported as started, or now by: "
                        + "migawari incident cancel INCIDENT --reason TEXT");

        private final boolean needsPerson;
        private final String nextStep;

        Kind(boolean needsPerson, String nextStep) {
            this.needsPerson = needsPerson;
            this.nextStep = nextStep;
        }

        /** Whether somebody should be told; the other reasons usually pass by themselves. */
        public boolean needsPerson() {
            return needsPerson;
        }

        /**
         * Whether {@code migawari incident approve} opens it. No word of anybody's opens one that is shut because the host
         * lives, or because nothing proves its death.
         */
        public boolean isApprovable() {
            return switch (this) {
                case STORM, WATCHING_FIRST, SELF_CHECK, PAUSED, DISABLED_BY_PERSON, FLAPPING, NOT_AUTOMATIC -> true;
                case NO_PROOF,
                        HOST_ALIVE,
                        HOST_BACK,
                        SEGMENT_DISABLED,
                        NOT_DOWN,
                        UNKNOWN_TO_NOVA,
                        CLOUD_UNREADABLE,
                        NO_DESTINATION,
                        DESTINATION_UNPROVEN,
                        OVERDUE,
                        HOST_FAILED,
                        HOST_DOWN,
                        HYPERVISOR_AWAY,
                        INSTANCE_BUSY,
                        NO_CAPACITY,
                        FENCING,
                        FENCING_FAILED,
                        STALE_COPIES,
                        UNHEALTHY,
                        ON_MAINTENANCE,
                        PROCESS_DOWN -> false;
            };
        }

        /** What an operator can do. */
        public String nextStep() {
            return nextStep;
        }
    }
}
