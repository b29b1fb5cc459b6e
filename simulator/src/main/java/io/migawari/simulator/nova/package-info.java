/** Nova as a state machine in memory: hosts, servers, migration records and what they do in the course of time. */
@NullMarked
package io.migawari.simulator.nova;

import org.jspecify.annotations.NullMarked;
