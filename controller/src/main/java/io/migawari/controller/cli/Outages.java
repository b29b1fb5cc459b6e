// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * For commands that follow what goes on without them: asks a controller that does not answer again, and says so once an outage. Only
 * for questions, which may be asked twice.
 */
final class Outages {

    /** Longer than an upgrade keeps all controllers away, or a switch of networks takes; a person who looks on may end it earlier. */
    private static final Duration MOST = Duration.ofMinutes(5);

    private static final Duration AGAIN_AFTER = Duration.ofSeconds(2);

    private final Time time;
    private final String meanwhile;
    private final Consumer<String> say;

    /** @param meanwhile what becomes of that which is followed */
    Outages(Time time, String meanwhile, Consumer<String> say) {
        this.time = time;
        this.meanwhile = meanwhile;
        this.say = say;
    }

    /** @throws ApiFailure the last one, when there was no answer for all of that time; at once where asking again would not help */
    <T> T survive(Patience.Wait<T> question) throws ApiFailure, InterruptedException {
        Optional<Deadline> end = Optional.empty();
        while (true) {
            try {
                T answer = question.end();
                if (end.isPresent()) {
                    say.accept("The controller answers again.");
                }
                return answer;
            } catch (ApiFailure e) {
                if (!e.mayPass() || end.map(Deadline::isPast).orElse(false)) {
                    throw e;
                }
                if (end.isEmpty()) {
                    end = Optional.of(time.deadlineAfter(MOST));
                    say.accept("The controller does not answer; it is asked again for up to " + MOST.toMinutes()
                            + " minutes. " + meanwhile);
                }
            }
            time.sleep(AGAIN_AFTER);
        }
    }
}
