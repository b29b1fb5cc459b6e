// SPDX-License-Identifier: Apache-2.0
/** Scenario files: what they say, how they are read, played and compared with what they expect. */
@NullMarked
package io.migawari.simulate.scenario;

import org.jspecify.annotations.NullMarked;
