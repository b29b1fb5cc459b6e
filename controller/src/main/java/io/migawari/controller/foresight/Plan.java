// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.foresight;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What would happen if a host died now.
 *
 * @param at when the cloud was looked at
 * @param held what the recovery would wait for before it begins
 * @param takes reserved hosts that would take its place, in the order in which they are taken
 * @param fates of its instances, in the order in which they would be moved
 * @param caveats what is not certain about this, in words
 */
public record Plan(
        Instant at,
        HostName host,
        String segment,
        Optional<Hold> held,
        List<HostName> takes,
        List<Fate> fates,
        List<String> caveats) {

    /** A gate that is shut now. */
    public record Hold(String kind, String words, String nextStep) {}

    /** What becomes of an instance. */
    public enum End {
        /** It runs, or is stopped, as before on another host. */
        MOVES,
        /** There is no host that has room for it and may have it. */
        FITS_NOWHERE,
        /** It cannot be evacuated in its state. */
        CANNOT_BE_MOVED,
        /** Its owner does not want it to be moved, or it is being deleted. */
        NOT_TO_BE_MOVED
    }

    /**
     * The end of one instance.
     *
     * @param former Nova's vm_state, and its task
     * @param destination where it goes
     * @param chosenByNova the destination is Nova's to choose; this is the one that it would probably take
     * @param why for an operator
     */
    public record Fate(
            ServerId server,
            String name,
            String former,
            End end,
            Optional<HostName> destination,
            boolean chosenByNova,
            String why) {

        /** Whether its owner would miss it. */
        public boolean isLoss() {
            return end == End.FITS_NOWHERE || end == End.CANNOT_BE_MOVED;
        }
    }

    public Plan {
        takes = List.copyOf(takes);
        fates = List.copyOf(fates);
        caveats = List.copyOf(caveats);
    }

    /** Those that would not come back. */
    public List<Fate> losses() {
        return fates.stream().filter(Fate::isLoss).toList();
    }

    /** Those for which there is no room. */
    public List<Fate> homeless() {
        return fates.stream().filter(fate -> fate.end() == End.FITS_NOWHERE).toList();
    }
}
