/** What really runs and what is really exported where, whatever the services' databases say. */
@NullMarked
package io.migawari.simulator.truth;

import org.jspecify.annotations.NullMarked;
