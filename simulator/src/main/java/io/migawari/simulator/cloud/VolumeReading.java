// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.cloud;

import io.migawari.simulator.truth.Attachment;
import io.migawari.simulator.truth.SimulatedVolume;
import java.util.Optional;

/** A volume as Cinder has it at one moment. */
public record VolumeReading(String id, String status, Optional<String> server, Optional<String> host) {

    static VolumeReading of(SimulatedVolume volume) {
        return new VolumeReading(
                volume.id(),
                volume.status(),
                volume.attachment().map(Attachment::server),
                volume.attachment().map(Attachment::host));
    }
}
