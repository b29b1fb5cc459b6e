// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.controller.model.Step;

/** Sees what controllers ask of the world, and the world as it is at that moment. It changes nothing. */
@FunctionalInterface
public interface Onlooker {

    /** @param controller the one that asks */
    void asks(String controller, Step step);
}
