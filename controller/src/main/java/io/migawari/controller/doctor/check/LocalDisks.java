// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import java.util.List;
import java.util.stream.Stream;

/** Instances whose root disk is made from an image, and so is on their host's own storage or on one that hosts share; which of them, Nova does not tell. */
final class LocalDisks implements Check {

    @Override
    public String id() {
        return "local-disk";
    }

    @Override
    public String finds() {
        return "instances whose root disk is made from an image, and so is on their host's own storage or on one that hosts share; which of them, Nova does not tell";
    }

    @Override
    public String why() {
        return "unless hosts share it, they come back with an empty disk";
    }

    @Override
    public String nextStep() {
        return "make sure that the hosts share /var/lib/nova/instances or keep disks in Ceph; use volumes for what must not be lost";
    }

    @Override
    public List<Finding> look(Facts facts) {
        return facts.segments().stream()
                .flatMap(segment -> {
                    long count = facts.membersOf(segment).stream()
                            .flatMap(member -> facts.residentsOf(member.name()).stream())
                            .filter(resident -> !resident.rootOnVolume())
                            .count();
                    return count == 0
                            ? Stream.empty()
                            : Stream.of(note(segment.name(), count + " instances have no volume as their root disk"));
                })
                .toList();
    }
}
