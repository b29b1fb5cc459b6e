// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.List;
import java.util.Optional;

/**
 * The power of a host as its fencing devices show it.
 *
 * @param levels in the order in which they are to be tried; none: the host has no fencing of ours
 */
public record Power(List<Level> levels) {

    public Power {
        levels = List.copyOf(levels);
    }

    /** Devices that have to work together: the host is off when all of them read as off (two power supplies). */
    public record Level(List<Device> devices) {

        public Level {
            devices = List.copyOf(devices);
            if (devices.isEmpty()) {
                throw new IllegalArgumentException("a level without devices");
            }
        }

        /** Why it must not be used; an unusable level proves nothing and switches nothing. */
        public Optional<String> unusable() {
            return devices.stream()
                    .flatMap(device -> device.unusable().stream())
                    .findFirst();
        }

        /** Why its power is not known, if one of its devices does not tell. */
        public Optional<String> whyUnknown() {
            return devices.stream()
                    .map(Device::reading)
                    .filter(Reading.Unknown.class::isInstance)
                    .map(reading -> ((Reading.Unknown) reading).why())
                    .findFirst();
        }

        /** Read as off by every one of its devices, each of which is known to be this host's. */
        public boolean isOff() {
            return unusable().isEmpty() && devices.stream().allMatch(device -> device.reading() instanceof Reading.Off);
        }
    }

    /**
     * One look at a device.
     *
     * @param unusable why it must not be used: it was never shown to belong to this host, or it belongs to another
     */
    public record Device(String name, Reading reading, Optional<String> unusable) {}

    /** What a device says. That it says nothing is never taken for "off". */
    public sealed interface Reading {

        record On() implements Reading {}

        record Off() implements Reading {}

        /** @param why in words without secrets */
        record Unknown(String why) implements Reading {}
    }

    /** A host that we cannot fence. */
    public static Power none() {
        return new Power(List.of());
    }
}
