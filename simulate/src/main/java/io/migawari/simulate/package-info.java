// SPDX-License-Identifier: Apache-2.0
/** {@code migawari simulate}. */
@NullMarked
package io.migawari.simulate;

import org.jspecify.annotations.NullMarked;
