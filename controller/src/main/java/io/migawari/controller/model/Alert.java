// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;
import java.util.Optional;

/**
 * Something that people should know of at once, without having asked.
 *
 * @param about what must not be told twice: there is one open alert about it at a time
 * @param segment by its name; of an incident it need not be said
 * @param gate what an incident waits for, if that is why
 * @param words what is the matter
 * @param nextStep what an operator can do
 */
public record Alert(
        String about,
        Kind kind,
        Severity severity,
        Optional<IncidentId> incident,
        Optional<HostName> host,
        Optional<String> segment,
        Optional<Gate.Kind> gate,
        String words,
        String nextStep) {

    /** What sort of thing it is about. */
    public enum Kind {
        /** Something has failed, and is being worked on. */
        OPENED(true),
        /** An incident waits for a person. */
        WAITING(true),
        /** An incident has ended, and something could not be recovered. */
        ENDED_BADLY(false),
        /** A recovery has been going on for longer than it should. */
        TAKES_LONG(true),
        /** A recovery does not get on, and does not say why; or nobody works on it. */
        STUCK(true),
        /** A segment has used up its reserved hosts. */
        NO_RESERVED_HOST(true),
        /** A fencing device cannot be reached, or must not be used. */
        FENCING_DEVICE(true),
        /** The instances of a host would not all find room, if it died now. */
        DOES_NOT_SURVIVE(true),
        /** Somebody tries out whether alerts arrive. */
        TEST(false);

        private final boolean lasts;

        Kind(boolean lasts) {
            this.lasts = lasts;
        }

        /** Whether it is over some time, which is told as well; the others only tell of something. */
        public boolean lasts() {
            return lasts;
        }
    }

    /** How soon somebody should look. */
    public enum Severity {
        /** Not at all: it is told to those who like to know. */
        INFO,
        /** Soon: nothing is down because of it. */
        WARNING,
        /** Now: instances are down until somebody does something. */
        CRITICAL
    }

    public AlertId idSince(Instant raisedAt) {
        return AlertId.of(about, raisedAt);
    }
}
