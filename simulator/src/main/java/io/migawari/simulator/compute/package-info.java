/** Nova's HTTP API, with its microversions and its words. */
@NullMarked
package io.migawari.simulator.compute;

import org.jspecify.annotations.NullMarked;
