// SPDX-License-Identifier: Apache-2.0
package io.migawari.demo;

import io.migawari.simulator.cloud.LedgerReading;
import io.migawari.simulator.cloud.ServerReading;
import java.util.List;
import java.util.Optional;

/**
 * Whether an instance ended as it should: by Nova's word, and by the ledger of what the hypervisors really run.
 *
 * @param problem what is wrong, if anything is
 */
record Verdict(Actor actor, ServerReading now, List<String> runsOn, Optional<String> problem) {

    /** @param home where an instance that is to come back may not be */
    static Verdict of(Actor actor, ServerReading now, LedgerReading ledger, String home) {
        List<String> runsOn = ledger.runsOn(now.id());
        return new Verdict(actor, now, runsOn, problem(actor, now, ledger, runsOn, home));
    }

    private static Optional<String> problem(
            Actor actor, ServerReading now, LedgerReading ledger, List<String> runsOn, String home) {
        String host = now.host().orElse("no host");
        if (ledger.everRanTwice().contains(now.id())) {
            return Optional.of("it ran on two hosts at once");
        }
        if (actor.comesBack() && host.equals(home)) {
            return Optional.of("it is still on " + home);
        }
        if (!now.status().equals(actor.status())) {
            return Optional.of("Nova shows " + now.status() + " and not " + actor.status());
        }
        if (actor.runs() != !runsOn.isEmpty() || (actor.runs() && !runsOn.equals(List.of(host)))) {
            return Optional.of(runsOn.isEmpty() ? "its guest does not run" : "its guest runs on " + runsOn);
        }
        return Optional.empty();
    }
}
