// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import java.util.List;

/** No segment with a host in it. */
final class NoHosts implements Check {

    @Override
    public String id() {
        return "no-hosts";
    }

    @Override
    public String finds() {
        return "no segment with a host in it";
    }

    @Override
    public String why() {
        return "reports about hosts that are in no segment are refused, so nothing would be recovered";
    }

    @Override
    public String nextStep() {
        return "migawari segment create NAME METHOD; migawari host create NAME HOST";
    }

    @Override
    public List<Finding> look(Facts facts) {
        return facts.members().isEmpty() ? List.of(error("segments", "there is no host in any segment")) : List.of();
    }
}
