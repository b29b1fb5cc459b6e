// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

/**
 * A controller's process ends here and now, as by kill -9: nothing of it may catch this, nothing of it is done any more. What
 * was sent before is on its way.
 */
final class Killed extends Error {

    private static final long serialVersionUID = 1;

    Killed() {
        super("killed", null, false, false);
    }

    Killed(InterruptedException because) {
        super("killed", because, false, false);
    }
}
