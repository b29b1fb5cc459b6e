// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import io.migawari.config.DatabaseSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The network between a controller and its database, which can be cut, and can swallow all that is sent. */
final class Wire implements AutoCloseable {

    private enum State {
        WORKS,
        /** What is there breaks, and nothing new is taken. */
        CUT,
        /** Nothing breaks, and nothing arrives. */
        SILENT
    }

    private final ServerSocket entry;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile int target;
    private volatile State state = State.WORKS;

    Wire() {
        try {
            entry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    /** The settings of the same database at the other end of this wire, with little patience. */
    DatabaseSettings to(DatabaseSettings straight) {
        target = URI.create(straight.url().substring("jdbc:".length())).getPort();
        return new DatabaseSettings(
                straight.url().replace(":" + target + "/", ":" + entry.getLocalPort() + "/"),
                straight.user(),
                straight.password(),
                straight.poolSize(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(20));
    }

    void cut() {
        state = State.CUT;
        sockets.forEach(Wire::close);
    }

    void silence() {
        state = State.SILENT;
    }

    void mend() {
        state = State.WORKS;
    }

    private void accept() {
        while (!entry.isClosed()) {
            try {
                Socket from = entry.accept();
                sockets.add(from);
                if (state == State.CUT) {
                    close(from);
                } else {
                    var to = new Socket(InetAddress.getLoopbackAddress(), target);
                    sockets.add(to);
                    daemon(() -> carry(from, to));
                    daemon(() -> carry(to, from));
                }
            } catch (IOException e) {
                // the test is over
            }
        }
    }

    private void carry(Socket from, Socket to) {
        byte[] bytes = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (state == State.WORKS) {
                    out.write(bytes, 0, read);
                }
            }
        } catch (IOException e) {
            // one end is gone, and so is the other
        }
        close(from);
        close(to);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it was
        }
    }

    private static void daemon(Runnable work) {
        var thread = new Thread(work, "wire");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            entry.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sockets.forEach(Wire::close);
    }
}
