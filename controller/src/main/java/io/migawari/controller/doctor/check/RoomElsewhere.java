// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import io.migawari.controller.foresight.Foresight.HostForesight;
import java.util.List;

/** A host whose instances would not all find a place if it died now. */
final class RoomElsewhere implements Check {

    @Override
    public String id() {
        return "room";
    }

    @Override
    public String finds() {
        return "a host whose instances would not all find a place if it died now";
    }

    @Override
    public String why() {
        return "they stay down until somebody makes room";
    }

    @Override
    public String nextStep() {
        return "migawari plan SUBJECT; then add a reserved host, or free hosts";
    }

    @Override
    public List<Finding> look(Facts facts) {
        return facts.plans().stream()
                .filter(plan -> !plan.homeless().isEmpty())
                .map(plan -> error(plan.host().value(), HostForesight.of(plan).words()))
                .toList();
    }
}
