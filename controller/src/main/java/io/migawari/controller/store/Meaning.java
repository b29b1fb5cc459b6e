// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.ServerId;

/** What a report means to us. */
public sealed interface Meaning {

    /** A host is dead, or said to be: an incident is opened, or joined if there is one. */
    record HostFailed(Evidence evidence) implements Meaning {}

    /** A host runs: it matters to an open incident only. */
    record HostRuns(Evidence evidence) implements Meaning {}

    /** An instance has died, and its host lives: the same, with an incident about the instance. */
    record InstanceFailed(ServerId server, Evidence evidence) implements Meaning {}

    /** A process of a host is down: the same, with the one incident about all processes of the host. */
    record ProcessStopped(Evidence evidence) implements Meaning {}

    /** A process of a host runs: it matters to an open incident only. */
    record ProcessRuns(Evidence evidence) implements Meaning {}

    /** Nothing that we do anything about. */
    record Nothing(String why) implements Meaning {}
}
