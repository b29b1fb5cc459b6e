// SPDX-License-Identifier: Apache-2.0
/** What only a compute node itself can tell: for {@code migawari doctor --local}. */
@NullMarked
package io.migawari.controller.node;

import org.jspecify.annotations.NullMarked;
