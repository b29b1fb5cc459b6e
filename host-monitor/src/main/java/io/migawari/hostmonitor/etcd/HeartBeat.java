// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.etcd;

import io.migawari.monitor.notification.Json;
import io.migawari.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this host's key alive, on a thread of its own: a watch that waits for something must not make its host look dead.
 * Whatever becomes of the lease, it takes a new one as soon as it can.
 */
final class HeartBeat {

    private static final Logger log = LoggerFactory.getLogger(HeartBeat.class);

    /** Two beats may be lost. */
    private static final int BEATS_IN_A_LIFE = 4;

    private final EtcdClient etcd;
    private final Keys keys;
    private final String self;
    private final String boot;
    private final Duration ttl;
    private final Time time;
    private final Thread thread;
    private volatile @Nullable String lease;
    private String lastTrouble = "";

    HeartBeat(EtcdClient etcd, Keys keys, String self, String boot, Duration ttl, Time time) {
        this.etcd = etcd;
        this.keys = keys;
        this.self = self;
        this.boot = boot;
        this.ttl = ttl;
        this.time = time;
        this.thread = new Thread(this::run, "etcd-heartbeat");
        this.thread.setDaemon(true);
    }

    /** The first beat is over when this returns, if etcd answers. */
    void start() {
        beat();
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                time.sleep(ttl.dividedBy(BEATS_IN_A_LIFE));
                beat();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // stopping
        }
    }

    /** Our key is not there although our lease lives: somebody has deleted it. */
    void keyIsGone() {
        lease = null;
    }

    synchronized void beat() {
        try {
            String held = lease;
            if (held != null && !isKeptAlive(held)) {
                log.atWarn()
                        .log("The lease in etcd has lapsed: for {} this host has seemed dead; taking a new one", ttl);
                held = null;
            }
            if (held == null) {
                lease = null; // until it is certain that both keys are there
                String taken = etcd.call("/v3/lease/grant", Map.of("TTL", Long.toString(ttl.toSeconds())))
                        .at("ID")
                        .text();
                etcd.call("/v3/kv/txn", keys.join(self, boot, taken));
                lease = taken;
            }
            if (!lastTrouble.isEmpty()) {
                log.atInfo().log("Our key in etcd is kept alive again");
            }
            lastTrouble = "";
        } catch (IOException e) {
            String trouble = String.valueOf(e.getMessage());
            if (lastTrouble.isEmpty()) {
                log.atWarn().log("Our key in etcd cannot be kept alive: {}", trouble);
            }
            lastTrouble = trouble;
        }
    }

    private boolean isKeptAlive(String held) throws IOException {
        Json answer = etcd.call("/v3/lease/keepalive", Map.of("ID", held)).at("result");
        String left = answer.at("TTL").text();
        return !left.isEmpty() && !left.equals("0") && !left.startsWith("-");
    }

    /** Says that we leave in good order. */
    void stop() {
        thread.interrupt();
        leave();
    }

    private synchronized void leave() {
        try {
            etcd.call("/v3/kv/txn", keys.leave(self, boot));
            String held = lease;
            if (held != null) {
                etcd.call("/v3/lease/revoke", Map.of("ID", held));
            }
        } catch (IOException e) {
            log.atWarn().log("etcd could not be told that this host leaves in good order: {}", e.getMessage());
        }
    }
}
