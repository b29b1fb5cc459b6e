// SPDX-License-Identifier: Apache-2.0
/** Switching hosts off: the port, and the fence agents behind it. */
@NullMarked
package io.migawari.controller.fencing;

import org.jspecify.annotations.NullMarked;
