// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.agent;

/**
 * What is known of one guest's agent. Immutable, and pure.
 *
 * @param answered whether it ever has: an agent that was never there is not missed
 * @param misses how often in a row it has not
 */
record AgentStanding(boolean answered, int misses) {

    static final AgentStanding UNKNOWN = new AgentStanding(false, 0);

    AgentStanding after(GuestAgents.Answer answer) {
        return switch (answer) {
            case ANSWERED -> new AgentStanding(true, 0);
            case SILENT -> answered ? new AgentStanding(true, misses + 1) : this;
            case NOT_ASKED -> this;
        };
    }
}
