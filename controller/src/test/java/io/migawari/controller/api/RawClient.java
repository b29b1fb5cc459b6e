// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A client that sends whatever bytes it is given, which those that know HTTP refuse to do. For one thread. */
final class RawClient implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    /** @param headers by their names in lower case */
    record Answer(int status, Map<String, String> headers, String body) {

        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    private final URI server;
    private Optional<Socket> kept = Optional.empty();

    RawClient(URI server) {
        this.server = server;
    }

    /** Over a connection that is kept for the next one; empty if it was cut off without an answer. */
    Optional<Answer> exchange(byte[] request, boolean isHead) throws IOException {
        boolean isUsed = kept.isPresent();
        Optional<Answer> answer = once(request, isHead);
        // what was kept may have been closed meanwhile, before anything of this was read
        return answer.isEmpty() && isUsed ? once(request, isHead) : answer;
    }

    private Optional<Answer> once(byte[] request, boolean isHead) throws IOException {
        if (kept.isEmpty()) {
            kept = Optional.of(connect());
        }
        Socket socket = kept.get();
        try {
            write(socket, request);
            Optional<Answer> answer = read(socket.getInputStream(), isHead);
            if (answer.isEmpty() || answer.get().header("connection").equalsIgnoreCase("close")) {
                close();
            }
            return answer;
        } catch (SocketException e) {
            close();
            return Optional.empty();
        }
    }

    /**
     * All answers to some bytes that may be several requests, over a connection of their own.
     *
     * @param isHead whether the first of them is a HEAD, whose answer has a length and no body
     */
    List<Answer> all(byte[] bytes, boolean isHead) throws IOException {
        List<Answer> answers = new ArrayList<>();
        try (Socket socket = connect()) {
            write(socket, bytes);
            socket.shutdownOutput();
            var in = new BufferedInputStream(socket.getInputStream());
            Optional<Answer> answer = read(in, isHead);
            while (answer.isPresent()) {
                answers.add(answer.get());
                // an endless one, which goes on with what is no answer, says so, too
                boolean isLast = answer.get().header("connection").equalsIgnoreCase("close");
                answer = isLast ? Optional.empty() : read(in, false);
            }
        } catch (SocketException e) {
            // cut off: that is an answer, too
        }
        return answers;
    }

    private Socket connect() throws IOException {
        var socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static void write(Socket socket, byte[] bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (SocketException e) {
            // whoever is refused early may be cut off before all is sent; the answer is perhaps there
        }
    }

    private static Optional<Answer> read(InputStream in, boolean isHead) throws IOException {
        String head = head(in);
        if (head.isEmpty()) {
            return Optional.empty();
        }
        String[] lines = head.split("\r\n");
        int status = Integer.parseInt(lines[0].split(" ")[1]);
        Map<String, String> headers = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            String[] pair = lines[i].split(":", 2);
            headers.put(pair[0].toLowerCase(Locale.ROOT), pair[1].strip());
        }
        if (status < 200) {
            return read(in, isHead);
        }
        boolean hasBody = !isHead && status != 204 && status != 304;
        boolean isEndless = headers.getOrDefault("content-type", "").startsWith("text/event-stream");
        if (isEndless) {
            headers.put("connection", "close");
        }
        byte[] body = !hasBody || isEndless
                ? new byte[0]
                : headers.containsKey("content-length")
                        ? in.readNBytes(Integer.parseInt(headers.get("content-length")))
                        : in.readAllBytes();
        return Optional.of(new Answer(status, headers, new String(body, UTF_8)));
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.write(next);
            if (next == '\n' && head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                return head.toString(ISO_8859_1);
            }
        }
        return "";
    }

    @Override
    public void close() throws IOException {
        if (kept.isPresent()) {
            kept.get().close();
        }
        kept = Optional.empty();
    }
}
