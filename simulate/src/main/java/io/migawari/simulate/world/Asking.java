// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.controller.model.Step;

/** Told of each step that a controller asks of the world, at the moment at which it does. */
interface Asking {
    void asks(Step step);
}
