// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.judgement;

import io.migawari.processmonitor.process.Identity;
import java.time.Instant;
import java.util.Optional;

/**
 * What is remembered about one process.
 *
 * @param loss open from the first look that does not show it until it has run for a while
 * @param row how many looks in a row have shown it missing
 * @param up the life that is seen now
 * @param told what was told last
 */
public record Standing(Optional<Loss> loss, int row, Optional<Up> up, Optional<ProcessFact> told) {

    public static final Standing UNSEEN = new Standing(Optional.empty(), 0, Optional.empty(), Optional.empty());

    /**
     * @param tries how often it was started
     * @param lives how many short lives were seen
     * @param notBefore until when the last start may show its effect
     * @param patientUntil until when systemd is left alone with it
     */
    public record Loss(Instant since, int tries, int lives, long notBefore, long patientUntil) {

        Loss with(int newTries) {
            return new Loss(since, newTries, lives, notBefore, patientUntil);
        }

        Loss withAnotherLife() {
            return new Loss(since, tries, lives + 1, notBefore, patientUntil);
        }

        Loss triedUntil(long effect, long patience) {
            return new Loss(since, tries, lives, effect, patience);
        }
    }

    /** @param nanos the same moment, for counting */
    public record Up(Identity identity, Instant since, long nanos) {}

    public Standing withTold(ProcessFact fact) {
        return new Standing(loss, row, up, Optional.of(fact));
    }

    Standing with(Optional<Loss> changed) {
        return new Standing(changed, row, up, told);
    }
}
