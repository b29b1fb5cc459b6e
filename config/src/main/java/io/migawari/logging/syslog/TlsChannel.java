// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging.syslog;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A stream of messages over TLS, each with its length in front (RFC 5425). The server's certificate must be of its name. Servers of
 * syslog confirm nothing: what was on its way when the connection broke is lost, and nobody can know.
 */
final class TlsChannel implements Channel {

    private static final int PATIENCE_MILLIS = 5_000;

    private final Socket plain;
    private final SSLSocket socket;
    private final OutputStream out;

    private TlsChannel(Socket plain, SSLSocket socket) throws IOException {
        this.plain = plain;
        this.socket = socket;
        this.out = socket.getOutputStream();
    }

    static Channel open(String host, int port, SSLSocketFactory sockets) throws IOException {
        var plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
            plain.setKeepAlive(true);
            plain.setSoTimeout(PATIENCE_MILLIS);
            var socket = (SSLSocket) sockets.createSocket(plain, host, port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return new TlsChannel(plain, socket);
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    @Override
    public void send(byte[] message) throws IOException {
        byte[] length = (message.length + " ").getBytes(StandardCharsets.US_ASCII);
        byte[] framed = new byte[length.length + message.length];
        System.arraycopy(length, 0, framed, 0, length.length);
        System.arraycopy(message, 0, framed, length.length, message.length);
        out.write(framed);
        out.flush();
    }

    /** The server has nothing to say but that it goes. */
    @Override
    public boolean isOpen() {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Of the connection below, since TLS would wait with its good-bye for a write that hangs. */
    @Override
    public void close() {
        try {
            plain.close();
        } catch (IOException e) {
            // then it is as closed as it gets
        }
    }
}
