// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.process;

/**
 * One life of a process. Its number alone may be given to another process later; with the start time it is its own.
 *
 * @param start in the unit that its source counts in; only equality means something
 */
public record Identity(long pid, String start) {

    @Override
    public String toString() {
        return "pid " + pid;
    }
}
