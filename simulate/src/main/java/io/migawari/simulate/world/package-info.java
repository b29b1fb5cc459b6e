// SPDX-License-Identifier: Apache-2.0
/** A world in virtual time: clock, Nova, fencing devices, people, and the controllers at work in it. */
@NullMarked
package io.migawari.simulate.world;

import org.jspecify.annotations.NullMarked;
