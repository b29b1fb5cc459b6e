// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging.syslog;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A socket of datagrams in the file system, such as {@code /dev/log}. Java has none, and syslog(3) knows only the older form of
 * messages without structured data, so the C library's sockets are called.
 */
final class LocalChannel implements Channel {

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDTIMEO = 21;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int LONGEST_PATH = 107;

    /** How long a server may leave its messages unread. */
    private static final long PATIENCE_SECONDS = 5;

    private static final int CLOSED = -1;

    /** Numbers are those of Linux. */
    private static final class C {

        static native int socket(int domain, int type, int protocol) throws LastErrorException;

        static native int setsockopt(int socket, int level, int name, byte[] value, int length)
                throws LastErrorException;

        static native int connect(int socket, byte[] address, int length) throws LastErrorException;

        static native long send(int socket, byte[] message, long length, int flags) throws LastErrorException;

        static native int close(int socket);

        static void load() {
            Native.register(C.class, "c");
        }

        private C() {}
    }

    private final AtomicInteger socket;

    private LocalChannel(int socket) {
        this.socket = new AtomicInteger(socket);
    }

    static Channel open(Path path) throws IOException {
        try {
            C.load();
        } catch (UnsatisfiedLinkError e) {
            throw new IOException("no library with which it can be written to: " + e.getMessage(), e);
        }
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        if (name.length > LONGEST_PATH) {
            throw new IOException("the path is too long for a socket");
        }
        ByteBuffer address = ByteBuffer.allocate(2 + LONGEST_PATH + 1).order(ByteOrder.nativeOrder());
        address.putShort((short) AF_UNIX).put(name);
        byte[] patience = ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putLong(PATIENCE_SECONDS)
                .array();
        try {
            var channel = new LocalChannel(C.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
            try {
                C.setsockopt(channel.socket.get(), SOL_SOCKET, SO_SNDTIMEO, patience, patience.length);
                C.connect(
                        channel.socket.get(), Arrays.copyOf(address.array(), 2 + name.length + 1), 2 + name.length + 1);
                return channel;
            } catch (LastErrorException e) {
                channel.close();
                throw e;
            }
        } catch (LastErrorException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void send(byte[] message) throws IOException {
        try {
            C.send(socket.get(), message, message.length, MSG_NOSIGNAL);
        } catch (LastErrorException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public boolean isOpen() {
        return socket.get() != CLOSED;
    }

    @Override
    public void close() {
        int open = socket.getAndSet(CLOSED);
        if (open != CLOSED) {
            C.close(open);
        }
    }
}
