// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.process;

/** What one look at one process shows. */
public sealed interface Sighting {

    String why();

    record Runs(Identity identity) implements Sighting {
        @Override
        public String why() {
            return "it runs (" + identity + ")";
        }
    }

    /** It does not run, and nobody is known to have wanted that. */
    record Gone(String why) implements Sighting {}

    /** It was stopped in good order: a person's business, or its own. */
    record Stopped(String why) implements Sighting {}

    /** systemd is starting, stopping or restarting it. */
    record Changing(String why) implements Sighting {}

    /** It runs, and does not do its work. */
    record Useless(String why) implements Sighting {}

    /** Nothing is known about it. */
    record CannotSee(String why) implements Sighting {}
}
