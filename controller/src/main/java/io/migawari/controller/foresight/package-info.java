// SPDX-License-Identifier: Apache-2.0
/** What would happen if a host died now: the same decisions as in earnest, played through against a cloud on paper. */
@NullMarked
package io.migawari.controller.foresight;

import org.jspecify.annotations.NullMarked;
