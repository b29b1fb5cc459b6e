// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.spool;

import java.io.IOException;
import java.util.List;

/** The few things that a spool does with its directory. Each is whole or has not happened. */
interface SpoolDisk {

    /** The names of all files that were written, in the order of the names. */
    List<String> names() throws IOException;

    byte[] read(String name) throws IOException;

    /** When this returns, the file survives a loss of power, with this content. */
    void write(String name, byte[] content) throws IOException;

    /** Removes a file, if it is there. It may be back after a loss of power. */
    void remove(String name) throws IOException;

    /** Moves a file out of the way, into a folder that keeps the newest hundred, with a word on why. */
    void setAside(String name, String folder, String why) throws IOException;
}
