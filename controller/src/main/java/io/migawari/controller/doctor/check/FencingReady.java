// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import io.migawari.controller.model.Power;
import io.migawari.controller.model.Power.Device;
import io.migawari.controller.model.Power.Level;
import io.migawari.controller.model.Power.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A fencing device that does not answer, or that was never shown to belong to its host. */
final class FencingReady implements Check {

    @Override
    public String id() {
        return "fencing";
    }

    @Override
    public String finds() {
        return "a fencing device that does not answer, or that was never shown to belong to its host";
    }

    @Override
    public String why() {
        return "it could not switch the host off when it has failed, or would switch off another one";
    }

    @Override
    public String nextStep() {
        return "look at the device, its address and its credentials; then migawari fencing verify SUBJECT";
    }

    @Override
    public List<Finding> look(Facts facts) {
        return facts.members().stream()
                .filter(Facts.Member::hasFencing)
                .flatMap(member -> look(member).stream())
                .toList();
    }

    private List<Finding> look(Facts.Member member) {
        List<Finding> findings = new ArrayList<>();
        String host = member.name().value();
        member.power().whyUnknown().ifPresent(why -> findings.add(error(host, "its devices cannot be asked: " + why)));
        List<Level> levels = member.power().known().map(Power::levels).orElse(List.of());
        boolean anyWorks = levels.stream().anyMatch(FencingReady::works);
        for (Level level : levels) {
            for (Device device : level.devices()) {
                complaint(device)
                        .map(words -> "device " + device.name() + ": " + words)
                        .map(words -> anyWorks ? warning(host, words) : error(host, words))
                        .ifPresent(findings::add);
            }
        }
        return findings;
    }

    private static boolean works(Level level) {
        return level.devices().stream().allMatch(device -> complaint(device).isEmpty());
    }

    private static Optional<String> complaint(Device device) {
        return device.unusable()
                .or(() -> device.reading() instanceof Reading.Unknown unknown
                        ? Optional.of("its power cannot be read: " + unknown.why())
                        : Optional.empty());
    }
}
