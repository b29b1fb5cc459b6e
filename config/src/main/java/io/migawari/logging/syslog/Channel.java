// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging.syslog;

import java.io.Closeable;
import java.io.IOException;

/** An open way to a syslog server. Used by one thread, but for {@link #close}, which any thread may call and which ends what hangs. */
interface Channel extends Closeable {

    /** How one is opened. */
    @FunctionalInterface
    interface Opening {
        Channel open() throws IOException;
    }

    void send(byte[] message) throws IOException;

    /** Whether the server is still there, as far as can be seen without sending; asked when nothing was sent for a while. */
    boolean isOpen();

    @Override
    void close();
}
