// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts connections off on which a request or an answer does not get on: an idle time-out alone lets everybody keep his connection
 * for ever who sends a byte now and then, and there are only so many. Safe for any thread.
 */
final class SlowClients extends Handler.Wrapper implements Connection.Listener {

    private static final Logger log = LoggerFactory.getLogger(SlowClients.class);

    /** From the opening of a connection, or the end of an answer, to the last byte of a request's headers. */
    static final Duration FOR_HEADERS = Duration.ofSeconds(30);

    static final Duration FOR_BODY = Duration.ofSeconds(10);
    static final Duration FOR_ANSWER = Duration.ofSeconds(30);

    private static final long LOOK_MILLIS = 1_000;
    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final Time time;
    private final Map<Connection, Deadline> waitedFor = new ConcurrentHashMap<>();
    private Deadline silentUntil;
    private long untold;
    private volatile Scheduler.Task next = () -> true;

    SlowClients(Time time) {
        this.time = time;
        this.silentUntil = time.deadlineAfter(Duration.ZERO);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        look();
    }

    @Override
    protected void doStop() throws Exception {
        next.cancel();
        super.doStop();
    }

    private void look() {
        sweep();
        next = getServer().getScheduler().schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof ConnectionMetaData) {
            await(connection, FOR_HEADERS);
        }
    }

    @Override
    public void onClosed(Connection connection) {
        waitedFor.remove(connection);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Request.addCompletionListener(request, failure -> await(connection(request), FOR_HEADERS));
        return super.handle(request, response, callback);
    }

    /** The request's body, or its answer, begins to be waited for. */
    void await(Request request, Duration patience) {
        await(connection(request), patience);
    }

    /** What was waited for is there. */
    void arrived(Request request) {
        waitedFor.remove(connection(request));
    }

    private void await(Connection connection, Duration patience) {
        waitedFor.put(connection, time.deadlineAfter(patience));
        if (!connection.getEndPoint().isOpen()) {
            waitedFor.remove(connection); // it was closed before, and nobody will say so again
        }
    }

    private static Connection connection(Request request) {
        return request.getConnectionMetaData().getConnection();
    }

    /** Cuts off what is late. */
    void sweep() {
        waitedFor.forEach((connection, deadline) -> {
            if (deadline.isPast() && waitedFor.remove(connection, deadline)) {
                connection.getEndPoint().close();
                tell(connection);
            }
        });
    }

    /** An idle connection ends like this, too, so that only what has begun to say something is worth a line. */
    private synchronized void tell(Connection connection) {
        if (connection.getBytesIn() == 0) {
            return;
        }
        untold++;
        if (silentUntil.isPast()) {
            silentUntil = time.deadlineAfter(SILENCE);
            log.atInfo()
                    .addKeyValue("address", connection.getEndPoint().getRemoteSocketAddress())
                    .log(
                            "Connections closed on which a request or an answer did not get on: {} since this was last said",
                            untold);
            untold = 0;
        }
    }
}
