// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import java.util.List;

/** A Nova that does not speak 2.59. */
final class Microversion implements Check {

    @Override
    public String id() {
        return "microversion";
    }

    @Override
    public String finds() {
        return "a Nova that does not speak 2.59";
    }

    @Override
    public String why() {
        return "every call of a recovery is made with this version";
    }

    @Override
    public String nextStep() {
        return "use a Nova from Queens (17.0) on, or the endpoint of its API v2.1";
    }

    private static final int NEEDED = 59;

    @Override
    public List<Finding> look(Facts facts) {
        return facts.access().known().stream()
                .filter(access -> access.oldest() > NEEDED || access.newest() < NEEDED)
                .map(access -> error(
                        "Nova",
                        "it speaks 2." + access.oldest() + " to 2." + access.newest() + ", and not 2." + NEEDED))
                .toList();
    }
}
