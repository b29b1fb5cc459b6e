// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import java.util.Locale;

/** What must hold in every run, whatever is expected of it. docs/seeds.md lists them. */
public enum Invariant {
    PROOF_FIRST(
            "T-O17, T-F17", "Nothing is evacuated from a host without a proof of its death that its own incident has."),
    ONE_EVACUATION(
            "T-ST01, T-N07", "No instance is evacuated by us while an evacuation that we asked for is under way."),
    LEASE_HELD(
            "T-ST04",
            "Nothing is asked of Nova or of a fencing device, and nothing is written, but by the one who holds the incident's "
                    + "lease, under its present epoch."),
    INTENT_FIRST("T-ST01", "Whatever is asked of the world was written down before, and is not known to have ended."),
    ONCE_PER_INTENT("T-ST01, T-ST14", "What was written down once is asked for once at most."),
    RECORDED_ONCE("T-A01, T-ST19", "A report that was taken is stored, and never twice."),
    ONE_INCIDENT("T-F13, T-ST14", "There is one open incident at most about the same host, instance or processes."),
    GATES_HOLD(
            "T-O05, T-O13, T-O17",
            "The recovery of a host is not begun, and it is not switched off, in a storm, a pause or against a person's disable, "
                    + "unless a person has approved."),
    BEGUN_GOES_ON("T-O07", "A recovery that has begun is not stopped by a gate."),
    FENCED_FOR_PROOF("T-F12", "A host is switched off only while its death is in question."),
    ONLY_OURS("T-N13", "A host that somebody else has disabled is never enabled by us."),
    SEEN_ARRIVED(
            "T-N05, T-ST07",
            "An instance counts as recovered only when Nova has it on another host, and an evacuation of it as ended."),
    PUT_BACK(
            "T-N03, T-ST03",
            "What we have disabled, forced down or reserved is given back before its incident ends as recovered, or is told of."),
    LEGAL_PHASES("T-ST05", "An incident goes through the phases that are allowed, and what has ended stays so."),
    RESTART_LIMIT("T-V06, T-ST09", "No instance is started more often by us than the limit of its restarts allows."),
    NO_MISTAKE("T-ST05", "No pass fails in a way that nobody has thought of."),
    NOBODY_FORGOTTEN("T-ST03", "No open incident stays without a controller that has looked at it."),
    SETTLED(
            "T-ST06, T-ST15, T-O08",
            "When nothing goes wrong any more, every incident comes to an end, or waits visibly for something that has "
                    + "really not come, with a reason and a next step (`end: {settled: true}`)."),
    NEVER_TWO("T-V01", "No instance ever runs twice (`end`, unless it names it under `ran-twice`).");

    private final String cases;
    private final String meaning;

    Invariant(String cases, String meaning) {
        this.cases = cases;
        this.meaning = meaning;
    }

    /** The failure cases that it is for. */
    public String cases() {
        return cases;
    }

    public String meaning() {
        return meaning;
    }

    /** As it is written in stories: {@code proof-first}. */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
