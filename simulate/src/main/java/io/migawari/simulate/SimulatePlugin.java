// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate;

import io.migawari.controller.cli.Migawari;

/** Makes {@code migawari simulate} one of the commands where this jar is on the class path. */
public final class SimulatePlugin implements Migawari.CommandPlugin {

    @Override
    public Object command() {
        return new SimulateCommand();
    }
}
