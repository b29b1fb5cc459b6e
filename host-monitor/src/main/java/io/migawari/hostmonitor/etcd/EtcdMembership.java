// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.etcd;

import io.migawari.hostmonitor.membership.Membership;
import io.migawari.hostmonitor.membership.SeenHost;
import io.migawari.hostmonitor.membership.Sighting;
import io.migawari.hostmonitor.membership.Standing;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Hosts that keep a leased key alive in etcd. A lease that lapsed says that a host's monitor was not heard of; that the host
 * is dead it does not prove, so nobody is ever fenced here, and at most lost.
 *
 * <p>After etcd could not be seen, nobody is missed until every living host has had the time to be heard of again.
 */
public final class EtcdMembership implements Membership {

    /** Leases, for a host to find etcd again: it may have to wait for a time-out, and then take a new lease. */
    private static final int LEASES_TO_RETURN = 2;

    private final EtcdSettings settings;
    private final String self;
    private final Time time;
    private final EtcdClient etcd;
    private final Keys keys;
    private final HeartBeat heartBeat;
    private Optional<Keys.Shown> lastShown = Optional.empty();
    private Deadline missedFrom;

    /**
     * @param self our name among the hosts
     * @param boot which boot of this machine it is
     * @param callTimeout how long etcd may take to answer
     */
    public EtcdMembership(EtcdSettings settings, String self, String boot, Duration callTimeout, Time time) {
        this.settings = settings;
        this.self = self;
        this.time = time;
        this.etcd = new EtcdClient(settings, callTimeout, time);
        this.keys = new Keys(settings.prefix());
        this.heartBeat = new HeartBeat(etcd, keys, self, boot, settings.ttl(), time);
        this.missedFrom = time.deadlineAfter(Duration.ZERO);
    }

    @Override
    public void join() {
        heartBeat.start();
    }

    @Override
    public void leave() {
        heartBeat.stop();
    }

    @Override
    public Sighting look() {
        try {
            Keys.Shown shown =
                    keys.read(etcd.call("/v3/kv/range", settings.watch() ? keys.everything() : keys.of(self)));
            if (lastShown.filter(before -> isLater(before, shown)).isEmpty()) {
                missedFrom = time.deadlineAfter(settings.ttl().multipliedBy(LEASES_TO_RETURN));
            }
            lastShown = Optional.of(shown);
            if (shown.host(self).filter(Keys.Host::alive).isEmpty()) {
                heartBeat.keyIsGone();
            }
            return sighting(self, shown, missedFrom.isPast());
        } catch (IOException e) {
            lastShown = Optional.empty();
            return new Sighting.CannotSee(String.valueOf(e.getMessage()));
        }
    }

    /** An etcd that was made anew, or restored, knows nothing of what happened in between. */
    private static boolean isLater(Keys.Shown before, Keys.Shown after) {
        return before.cluster().equals(after.cluster()) && before.revision() <= after.revision();
    }

    /** @param mayMiss whether every living host has had the time to be heard of */
    static Sighting sighting(String self, Keys.Shown shown, boolean mayMiss) {
        Map<String, SeenHost> hosts = new HashMap<>();
        shown.hosts().forEach((name, host) -> {
            if (host.alive()) {
                hosts.put(name, seen(Standing.ONLINE, "its key is alive"));
            } else if (host.left()) {
                hosts.put(name, seen(Standing.STOPPED_CLEANLY, "its monitor was stopped"));
            } else if (mayMiss) {
                hosts.put(name, seen(Standing.LOST_WITHOUT_FENCING, "its lease has lapsed"));
            } else {
                hosts.put(
                        name,
                        seen(
                                Standing.JOINING,
                                "no key of it is there, and etcd was not seen for long enough to miss it"));
            }
        });
        // An answer of etcd is an answer of its majority: whoever reads it is on the right side.
        return new Sighting.Partition(self, true, false, false, hosts);
    }

    private static SeenHost seen(Standing standing, String why) {
        return new SeenHost(standing, Optional.empty(), why);
    }
}
