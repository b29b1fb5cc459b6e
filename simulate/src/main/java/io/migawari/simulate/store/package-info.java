// SPDX-License-Identifier: Apache-2.0
/** The controller's store in memory, for one run of one scenario, and what may come between it and a controller. */
@NullMarked
package io.migawari.simulate.store;

import org.jspecify.annotations.NullMarked;
