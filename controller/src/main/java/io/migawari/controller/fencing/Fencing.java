// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.fencing;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.Step;
import java.util.Optional;

/**
 * The devices that can switch hosts off. There is no word for "reset" here: a host is switched off, and that it is off is read
 * back. All methods may be called from any thread; each blocks for as long as the time-outs of the host's devices at most.
 */
public interface Fencing {

    /** Whether the host has devices at all; asks none of them. */
    boolean covers(HostName host);

    /** The power of a host now, as every device of every level shows it. A device that cannot be asked is part of the answer. */
    Power power(HostName host) throws InterruptedException;

    /**
     * Switches a host off by all devices of one level, unless it is off, and reads its power back until it is off or the
     * devices' time is over. Never throws for what a device says or fails to say.
     *
     * @param permission asked when the devices have been looked at, which takes its time, and before any is told to switch
     * @return accepted: the power reads as off; refused: it does not, or the level must not be used
     */
    Outcome carryOut(Step.PowerOff step, Permission permission) throws InterruptedException;

    /** Whether something may be done now that was to be done before. */
    @FunctionalInterface
    interface Permission {
        boolean isGiven() throws InterruptedException;
    }

    /** For a site without fencing devices. */
    static Fencing none() {
        return new Fencing() {
            @Override
            public boolean covers(HostName host) {
                return false;
            }

            @Override
            public Power power(HostName host) {
                return Power.none();
            }

            @Override
            public Outcome carryOut(Step.PowerOff step, Permission permission) {
                return new Outcome.Refused(
                        Outcome.Refusal.OTHER,
                        "no fencing device is configured for " + step.host(),
                        Optional.empty(),
                        Optional.empty());
            }
        };
    }
}
