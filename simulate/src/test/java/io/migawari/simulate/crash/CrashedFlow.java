// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.crash;

import java.nio.file.Path;
import java.util.List;

/** A flow, and all its plays. */
record CrashedFlow(Flow flow, List<Flow.Crash> crashes) {

    CrashedFlow {
        crashes = List.copyOf(crashes);
    }

    static CrashedFlow of(Path file) {
        Flow flow = Flow.of(file);
        return new CrashedFlow(
                flow, flow.points().parallelStream().map(flow::crash).toList());
    }

    String name() {
        return flow.name();
    }

    Play undisturbed() {
        return flow.undisturbed();
    }

    /** Each with the event that shows it: added to the scenario, it can be watched. */
    List<String> wrong() {
        return crashes.stream()
                .filter(crash -> !crash.wrong().isEmpty())
                .map(crash -> crash.point().event() + ": " + String.join("; ", crash.wrong()))
                .toList();
    }
}
