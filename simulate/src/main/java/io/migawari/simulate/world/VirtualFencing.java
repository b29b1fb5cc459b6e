// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.controller.fencing.Fencing;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.Power.Reading;
import io.migawari.controller.model.Step;
import io.migawari.simulator.cloud.SimulatedCloud;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Fencing devices, one a level, that behave as a scenario says. */
final class VirtualFencing implements Fencing {

    /** How long a device is waited for: for an answer, and for "off" after it has taken the order. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** One device; the host that it really switches is its own unless it is foreign. */
    private static final class Device {
        private final String name;
        private DeviceBehaviour behaviour;

        Device(String name, DeviceBehaviour behaviour) {
            this.name = name;
            this.behaviour = behaviour;
        }
    }

    private final SimulatedCloud cloud;
    private final VirtualTime time;
    private final Consumer<HostName> switchedOff;
    private final Map<HostName, List<Device>> devices = new LinkedHashMap<>();

    /** @param switchedOff what follows when a host loses its power by a device */
    VirtualFencing(SimulatedCloud cloud, VirtualTime time, Consumer<HostName> switchedOff) {
        this.cloud = cloud;
        this.time = time;
        this.switchedOff = switchedOff;
    }

    void add(HostName host, String device, DeviceBehaviour behaviour) {
        devices.computeIfAbsent(host, unused -> new ArrayList<>()).add(new Device(device, behaviour));
    }

    void set(HostName host, String name, DeviceBehaviour behaviour) {
        devices.getOrDefault(host, List.of()).stream()
                .filter(device -> device.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(host + " has no device " + name))
                .behaviour = behaviour;
    }

    /** All of them work. */
    void heal() {
        devices.values().stream()
                .flatMap(List::stream)
                .forEach(device -> device.behaviour = DeviceBehaviour.of(DeviceBehaviour.Kind.WORKS));
    }

    @Override
    public boolean covers(HostName host) {
        return devices.containsKey(host);
    }

    @Override
    public Power power(HostName host) throws InterruptedException {
        List<Power.Level> levels = new ArrayList<>();
        for (Device device : devices.getOrDefault(host, List.of())) {
            levels.add(new Power.Level(List.of(look(host, device))));
        }
        return new Power(levels);
    }

    /** What somebody sees who has no way to them. */
    Power outOfReach(HostName host, String why) {
        return new Power(devices.getOrDefault(host, List.of()).stream()
                .map(device -> new Power.Level(
                        List.of(new Power.Device(device.name, new Reading.Unknown(why), unusable(host, device)))))
                .toList());
    }

    private Power.Device look(HostName host, Device device) throws InterruptedException {
        return new Power.Device(device.name, read(host, device), unusable(host, device));
    }

    private static Optional<String> unusable(HostName host, Device device) {
        return device.behaviour.kind() == DeviceBehaviour.Kind.FOREIGN
                ? Optional.of("it belongs to another host than " + host)
                : Optional.empty();
    }

    private Reading read(HostName host, Device device) throws InterruptedException {
        return switch (device.behaviour.kind()) {
            case WORKS, SLOW, LIES, REFUSES -> isOn(host) ? new Reading.On() : new Reading.Off();
            case MUTE -> new Reading.Unknown("it says UNKNOWN");
            case DEAD -> {
                time.sleep(PATIENCE);
                yield new Reading.Unknown("no answer in " + PATIENCE.toSeconds() + " s");
            }
            case FOREIGN -> new Reading.Off(); // of the other host, which is what makes it dangerous
        };
    }

    private boolean isOn(HostName host) {
        return cloud.services().stream()
                .anyMatch(service -> service.host().equals(host.value()) && service.machineRuns());
    }

    @Override
    public Outcome carryOut(Step.PowerOff step, Permission permission) throws InterruptedException {
        HostName host = step.host();
        Device device = devices.getOrDefault(host, List.of()).get(step.level() - 1);
        if (unusable(host, device).isPresent()) {
            return refused(unusable(host, device).get());
        }
        if (read(host, device) instanceof Reading.Off) {
            return new Outcome.Accepted(Optional.empty());
        }
        if (!permission.isGiven()) {
            return refused("the recovery of " + host + " is another controller's now");
        }
        switch (device.behaviour.kind()) {
            case WORKS, SLOW, MUTE -> time.after(device.behaviour.lasting(), () -> switchedOff.accept(host));
            case REFUSES -> {
                return refused("it refuses the order (400)");
            }
            case DEAD -> {
                return refused("no answer in " + PATIENCE.toSeconds() + " s");
            }
            case LIES, FOREIGN -> {
                // it takes the order, and nothing happens
            }
        }
        for (Duration waited = Duration.ZERO; waited.compareTo(PATIENCE) < 0; waited = waited.plus(LOOK_EVERY)) {
            time.sleep(LOOK_EVERY);
            if (read(host, device) instanceof Reading.Off) {
                return new Outcome.Accepted(Optional.empty());
            }
        }
        return refused("it took the order, and does not read as off after " + PATIENCE.toSeconds() + " s");
    }

    private static Outcome refused(String why) {
        return new Outcome.Refused(Outcome.Refusal.OTHER, why, Optional.empty(), Optional.empty());
    }
}
