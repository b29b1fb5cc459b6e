// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.crash;

/**
 * What the next controller asks for once more although it was asked for before, and why that does no harm. Whatever else is asked for
 * twice fails the build; so does one of these that does not happen any more.
 */
enum AllowedRepeat {
    ORDER_THAT_A_DEVICE_REFUSED(
            "fenced-by-us",
            "switch compute1 off by the fencing devices of level 1",
            "The device had refused the order, and who had asked died before he could write that down. The power was read again "
                    + "before, and the host was on.");

    private final String flow;
    private final String step;
    private final String why;

    AllowedRepeat(String flow, String step, String why) {
        this.flow = flow;
        this.step = step;
        this.why = why;
    }

    String flow() {
        return flow;
    }

    /** In words. */
    String step() {
        return step;
    }

    String why() {
        return why;
    }
}
