// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.truth;

/** A guest on a host. One that does not run is still defined there, as after a power cut. */
public record Guest(String server, String host, boolean running) {}
