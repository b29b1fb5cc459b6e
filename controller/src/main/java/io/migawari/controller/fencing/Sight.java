// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.fencing;

import io.migawari.controller.model.Attestation;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Power;
import java.time.Instant;
import java.util.Optional;

/**
 * One look at one device.
 *
 * @param level of the host's levels, from 1
 * @param identity what the device said of itself
 * @param attestation a person's word about it, if there is one for its present configuration
 */
public record Sight(
        HostName host,
        int level,
        String device,
        String agent,
        Power.Reading reading,
        Optional<Trouble> trouble,
        Optional<String> identity,
        Optional<Attestation> attestation,
        Instant at) {

    Power.Device asPower() {
        return new Power.Device(
                device, reading, trouble.filter(why -> why.kind().forbids()).map(why -> why.words()));
    }

    /** Whether the device can be told to switch its host off. */
    public boolean isUsable() {
        return trouble.isEmpty();
    }

    /** What an operator can do about the trouble; empty if there is none. */
    public String nextStep() {
        return trouble.map(why -> why.kind().nextStep())
                .orElse("")
                .replace("HOST", host.value())
                .replace("DEVICE", device);
    }
}
