// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.controller.fencing.Fencing;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.Step;
import java.util.Optional;

/** The fencing devices as one controller reaches them, over its {@link Links}. */
final class LinkedFencing implements Fencing {

    private static final String NO_WAY = "no way to the device";

    private final VirtualFencing devices;
    private final Links links;
    private final VirtualTime.Crew crew;
    private final Asking asking;

    LinkedFencing(VirtualFencing devices, Links links, VirtualTime.Crew crew, Asking asking) {
        this.devices = devices;
        this.links = links;
        this.crew = crew;
        this.asking = asking;
    }

    @Override
    public boolean covers(HostName host) {
        return devices.covers(host);
    }

    @Override
    public Power power(HostName host) throws InterruptedException {
        links.pass(crew, Trap.Calls.READ, Trap.Moment.BEFORE);
        Power power = links.isCut(Way.FENCING) ? devices.outOfReach(host, NO_WAY) : devices.power(host);
        links.pass(crew, Trap.Calls.READ, Trap.Moment.AFTER);
        return power;
    }

    @Override
    public Outcome carryOut(Step.PowerOff step, Permission permission) throws InterruptedException {
        links.pass(crew, Trap.Calls.STEP, Trap.Moment.BEFORE);
        asking.asks(step);
        if (links.isCut(Way.FENCING)) {
            return new Outcome.Refused(Outcome.Refusal.NOT_SENT, NO_WAY, Optional.empty(), Optional.empty());
        }
        links.pass(crew, Trap.Calls.STEP, Trap.Moment.DURING);
        Outcome outcome = devices.carryOut(step, permission);
        links.pass(crew, Trap.Calls.STEP, Trap.Moment.AFTER);
        return outcome;
    }
}
