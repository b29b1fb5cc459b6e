// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import java.util.List;

/** No webhook for alerts. */
final class NobodyTold implements Check {

    @Override
    public String id() {
        return "no-webhook";
    }

    @Override
    public String finds() {
        return "no webhook for alerts";
    }

    @Override
    public String why() {
        return "a recovery that waits for a person is then known only to those who read the log or watch the metrics";
    }

    @Override
    public String nextStep() {
        return "name a receiver under alerts: in controller.yaml";
    }

    @Override
    public List<Finding> look(Facts facts) {
        return facts.webhooks() == 0 ? List.of(note("alerts", "no webhook is configured")) : List.of();
    }
}
