// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import io.migawari.controller.foresight.Plan.End;
import java.util.List;

/** An instance that could not be evacuated in the state that it is in. */
final class Evacuable implements Check {

    @Override
    public String id() {
        return "instance-state";
    }

    @Override
    public String finds() {
        return "an instance that could not be evacuated in the state that it is in";
    }

    @Override
    public String why() {
        return "it would stay down until a person sees to it";
    }

    @Override
    public String nextStep() {
        return "openstack server show SUBJECT; put it into a state that Nova evacuates, or tell its owner";
    }

    @Override
    public List<Finding> look(Facts facts) {
        return facts.plans().stream()
                .flatMap(plan -> plan.losses().stream()
                        .filter(fate -> fate.end() == End.CANNOT_BE_MOVED)
                        .map(fate -> warning(
                                fate.server().toString(),
                                fate.name() + " on " + plan.host() + " (" + fate.former() + "): " + fate.why())))
                .toList();
    }
}
