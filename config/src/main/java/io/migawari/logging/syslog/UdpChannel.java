// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging.syslog;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;

/** One message as one datagram (RFC 5426). Nobody says whether it has come. */
final class UdpChannel implements Channel {

    private final DatagramSocket socket;

    private UdpChannel(DatagramSocket socket) {
        this.socket = socket;
    }

    static Channel open(String host, int port) throws IOException {
        InetAddress address = InetAddress.getByName(host);
        var socket = new DatagramSocket();
        // so that a machine that says that nobody listens there is heard, at the next message
        socket.connect(address, port);
        return new UdpChannel(socket);
    }

    @Override
    public void send(byte[] message) throws IOException {
        socket.send(new DatagramPacket(message, message.length));
    }

    @Override
    public boolean isOpen() {
        return !socket.isClosed();
    }

    @Override
    public void close() {
        socket.close();
    }
}
