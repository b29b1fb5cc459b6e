/**
 * A pretend OpenStack on one loopback port: {@link io.migawari.simulator.SimulatorServer} is the door, {@link
 * io.migawari.simulator.cloud.SimulatedCloud} the world behind it.
 *
 * <p>Dependencies point one way: this package, then one package for each service's HTTP API ({@code identity},
 * {@code compute}, {@code storage}), then {@code cloud}, {@code nova}, {@code truth}; {@code http} knows none of them.
 */
@NullMarked
package io.migawari.simulator;

import org.jspecify.annotations.NullMarked;
