// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.fencing;

import io.migawari.config.FencingSettings.Device;

/** Asks a device which machine it belongs to. Safe for any thread. */
interface IdentityReader {

    /** Takes no longer than the device's time-out. */
    Identity read(Device device, Scrubber scrubber) throws InterruptedException;
}
