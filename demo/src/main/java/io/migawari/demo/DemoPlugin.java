// SPDX-License-Identifier: Apache-2.0
package io.migawari.demo;

import io.migawari.controller.cli.Migawari;

/** Makes {@code migawari demo} one of the commands where this jar is on the class path. */
public final class DemoPlugin implements Migawari.CommandPlugin {

    @Override
    public Object command() {
        return new DemoCommand();
    }
}
