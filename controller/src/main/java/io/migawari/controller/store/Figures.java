// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import java.util.List;
import java.util.Map;

/**
 * What the database can count, the same for every controller that asks.
 *
 * @param open incidents that are not over, by kind and phase
 * @param oldest of those, for how many seconds the oldest of each kind is open
 * @param inPhase the same for each kind and phase: for how long the one that is in it for the longest time
 * @param waiting those of them that wait, by gate
 * @param ended incidents that ended within the last ten minutes, by kind and phase
 * @param movesUnderWay instances of incidents that are not over, by state
 * @param movesEnded instances whose move has ended within the last ten minutes, by state
 * @param hostsOut hosts that are out, by the name of the segment; every segment is there
 * @param reservedHostsFree reserved hosts that could take a host's place now, by the name of the segment; as above
 * @param durations how long recoveries have taken to what they reached within the last day
 * @param notifications reports of the last ten minutes, by type
 * @param alerts those that are open, by kind
 * @param deliveries of alerts, by webhook and state
 */
public record Figures(
        List<Count> open,
        List<Count> oldest,
        List<Count> inPhase,
        List<Count> waiting,
        List<Count> ended,
        List<Count> movesUnderWay,
        List<Count> movesEnded,
        List<Count> hostsOut,
        List<Count> reservedHostsFree,
        List<Durations> durations,
        List<Count> notifications,
        List<Count> alerts,
        List<Count> deliveries) {

    /** @param labels what is counted, as the database calls it */
    public record Count(List<String> labels, long number) {}

    /**
     * @param kind of incident, as the database calls it
     * @param milestone what was reached
     * @param atMost how many took at most so many seconds, by seconds
     */
    public record Durations(
            String kind, Milestone.What milestone, Map<Double, Long> atMost, long all, double seconds) {}

    /** Where they come from. Throws {@link io.migawari.db.DatabaseException}. */
    public interface Source {
        Figures read();
    }
}
