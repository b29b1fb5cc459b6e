/** The simulated cloud as a whole: building it, breaking it, looking at it. */
@NullMarked
package io.migawari.simulator.cloud;

import org.jspecify.annotations.NullMarked;
