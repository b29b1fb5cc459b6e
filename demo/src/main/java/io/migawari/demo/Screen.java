// SPDX-License-Identifier: Apache-2.0
package io.migawari.demo;

import java.util.List;

/** Where a demonstration is shown. */
interface Screen {

    /** One line that stays. */
    void say(String line);

    /** The instances as they are now, one line each; a terminal shows the newest ones below everything else. */
    void show(List<String> instances);

    /** No more instances are shown; the last ones stay. */
    void settle();
}
