// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import java.time.Duration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.QoSHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Bounds how many requests are served at once and how many wait for that, so that a storm of them costs a known number of
 * threads and a known amount of memory. Of those that wait, questions about its health go first, then reports, and all other
 * questions last. Who finds the queue full, or waits in it too long, is answered 503, and comes again: a monitor keeps what it
 * has to report.
 */
final class RequestQueue extends QoSHandler {

    /**
     * @param atOnce requests that are served; fewer than there are threads
     * @param waiting requests that may wait; each costs some 10 KiB
     * @param patience for which one may; less than the time after which a monitor hangs up
     */
    record Bounds(int atOnce, int waiting, Duration patience) {}

    private final Runnable turnedAway;

    /** @param turnedAway told of each request that is */
    RequestQueue(Bounds bounds, Runnable turnedAway) {
        setMaxRequestCount(bounds.atOnce());
        setMaxSuspendedRequestCount(bounds.waiting());
        setMaxSuspend(bounds.patience());
        this.turnedAway = turnedAway;
    }

    @Override
    protected int getPriority(Request request) {
        String path = Request.getPathInContext(request);
        if (path.equals("/healthz") || path.equals("/readyz")) {
            return 3; // a load balancer would take a busy controller for a dead one
        }
        if (request.getMethod().equals("POST") && (path.endsWith("/notifications") || path.equals("/"))) {
            return 2;
        }
        return request.getMethod().equals("GET") ? 0 : 1;
    }

    @Override
    protected void reject(Request request, Response response, Callback callback, int status) {
        refuse(response, callback);
    }

    @Override
    protected void failSuspended(Request request, Response response, Callback callback, int status, Throwable failure) {
        refuse(response, callback);
    }

    private void refuse(Response response, Callback callback) {
        turnedAway.run();
        response.getHeaders().put(Reply.REQUEST_ID, Reply.newRequestId());
        Reply.fault(503, "Too many requests are waiting; nothing was stored. Try again.")
                .send(response, callback);
    }
}
