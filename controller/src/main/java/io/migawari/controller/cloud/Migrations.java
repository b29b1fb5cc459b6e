// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.cloud.LiveProgress;
import io.migawari.controller.model.cloud.Migration;
import io.migawari.controller.model.cloud.Server;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What only planned moves ask of the cloud, beside what recoveries do ({@link Cloud}, whose rules hold here as well). Each is one call
 * of Nova, more only where Nova cuts a list into pages.
 */
public interface Migrations {

    /** The moves of all kinds, from and to all hosts, that were begun since a time (Nova's clock), newest first. */
    List<Migration> since(Instant since, Duration patience) throws CloudException, InterruptedException;

    /** How far the live migration of an instance has come; empty if none of it is under way. */
    Optional<LiveProgress> progress(ServerId server, Duration patience) throws CloudException, InterruptedException;

    /** The instances of all projects that have exactly this name. */
    List<Server> named(String name, Duration patience) throws CloudException, InterruptedException;
}
