// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.crash;

import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.simulate.crash.Watch.Act;
import io.migawari.simulate.crash.Watch.Doing;
import io.migawari.simulate.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How long it takes until another controller acts on what the dead one had, and what the death costs in all. */
final class Takeovers {

    static final Duration NEVER = Duration.ofDays(1);

    private Takeovers() {}

    /** Of each incident that was open and the dead controller's at that moment, in no order. */
    static List<Duration> after(CrashPoint point, Play play) {
        Map<IncidentId, String> holders = new HashMap<>();
        play.watch().acts().stream()
                .filter(act -> act.doing() == Doing.CLAIMS && act.at().compareTo(point.at()) <= 0)
                .forEach(act -> holders.put(act.incident(), act.controller()));
        List<Duration> all = new ArrayList<>();
        for (Incident incident : play.incidents()) {
            boolean wasOpen = incident.closedAt()
                    .filter(at -> !at.isAfter(World.START.plus(point.at())))
                    .isEmpty();
            if (wasOpen && point.call().controller().equals(holders.get(incident.id()))) {
                all.add(firstAct(incident.id(), point, play));
            }
        }
        return all;
    }

    /** How much later than without the death the latest incident ended, of those that have. */
    static Duration delay(Play undisturbed, Play play) {
        Duration delay = Duration.ZERO;
        for (int i = 0;
                i < Math.min(play.incidents().size(), undisturbed.incidents().size());
                i++) {
            Optional<Instant> before = undisturbed.incidents().get(i).closedAt();
            Optional<Instant> now = play.incidents().get(i).closedAt();
            if (before.isPresent() && now.isPresent()) {
                Duration later = Duration.between(before.get(), now.get());
                delay = later.compareTo(delay) > 0 ? later : delay;
            }
        }
        return delay;
    }

    /**
     * The first write under the new epoch; or, when its first pass is over and has found nothing that is not written down already,
     * the look with which that began.
     */
    private static Duration firstAct(IncidentId incident, CrashPoint point, Play play) {
        List<Act> acts = play.watch().acts().stream()
                .filter(act -> act.incident().equals(incident)
                        && act.doing() != Doing.CLAIMS
                        && !act.controller().equals(point.call().controller())
                        && act.at().compareTo(point.at()) >= 0)
                .toList();
        if (acts.size() < 2) {
            return NEVER; // whoever looks at an open incident looks again, or writes that it is over
        }
        Act first = acts.get(1).doing() == Doing.WRITES ? acts.get(1) : acts.get(0);
        return first.at().minus(point.at());
    }
}
