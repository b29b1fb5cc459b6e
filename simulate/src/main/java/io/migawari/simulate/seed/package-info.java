// SPDX-License-Identifier: Apache-2.0
/** Scenarios that chance has written: each number leads to one, always the same. */
@NullMarked
package io.migawari.simulate.seed;

import org.jspecify.annotations.NullMarked;
