// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Evidence;

/** What a report means to us. */
public sealed interface Meaning {

    /** A host is dead, or said to be: an incident is opened, or joined if there is one. */
    record HostFailed(Evidence evidence) implements Meaning {}

    /** A host runs: it matters to an open incident only. */
    record HostRuns(Evidence evidence) implements Meaning {}

    /** Nothing that we do anything about. */
    record Nothing(String why) implements Meaning {}
}
