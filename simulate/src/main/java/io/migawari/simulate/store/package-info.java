// SPDX-License-Identifier: Apache-2.0
/** The controller's store in memory, for one run of one scenario. */
@NullMarked
package io.migawari.simulate.store;

import org.jspecify.annotations.NullMarked;
