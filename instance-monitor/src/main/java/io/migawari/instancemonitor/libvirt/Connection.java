// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.libvirt;

import com.sun.jna.Callback;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.migawari.instancemonitor.domain.Domain;
import io.migawari.instancemonitor.domain.Sighting.Seen;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to libvirt, with its events registered. Its calls may hang; {@link #end} does not. */
final class Connection {

    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    /** Older Novas use the second one. */
    private static final List<String> NOVA =
            List.of("http://openstack.org/xmlns/libvirt/nova/1.1", "http://openstack.org/xmlns/libvirt/nova/1.0");

    /** All that are open: libvirt holds their callbacks by address, which keeps nothing from being collected. */
    private static final Set<Connection> HELD = ConcurrentHashMap.newKeySet();

    private final Pointer pointer;
    private final Map<Integer, Callback> callbacks;
    private final List<Integer> registrations = new ArrayList<>();
    private final Libvirt.CloseCallback onClose = (connection, reason, opaque) -> closed(reason);
    private volatile Optional<String> closedBecause = Optional.empty();

    private Connection(Pointer pointer, Map<Integer, Callback> callbacks) {
        this.pointer = pointer;
        this.callbacks = callbacks;
    }

    /**
     * Opens one; everything that libvirt's events need is done in the order that it needs.
     *
     * @param keepAliveSeconds how often the daemon is asked for a sign of life
     * @param keepAliveCount how many of them it may owe
     */
    static Connection open(String uri, Map<Integer, Callback> callbacks, int keepAliveSeconds, int keepAliveCount)
            throws IOException {
        Pointer pointer = Libvirt.virConnectOpenReadOnly(Libvirt.bytes(uri));
        if (pointer == null) {
            throw Libvirt.failure("no connection to " + uri);
        }
        var connection = new Connection(pointer, callbacks);
        HELD.add(connection);
        try {
            connection.register();
        } catch (IOException e) {
            connection.close();
            throw e;
        }
        if (Libvirt.virConnectSetKeepAlive(pointer, keepAliveSeconds, keepAliveCount) != 0) {
            // A driver inside this very process has no connection that could hang.
            log.atInfo().log("{} has no keep-alive", uri);
        }
        return connection;
    }

    private void register() throws IOException {
        for (Map.Entry<Integer, Callback> entry : callbacks.entrySet()) {
            int event = entry.getKey();
            int id = Libvirt.virConnectDomainEventRegisterAny(pointer, null, event, entry.getValue(), null, null);
            if (id >= 0) {
                registrations.add(id);
            } else if (event == Libvirt.EVENT_LIFECYCLE) {
                throw Libvirt.failure("no lifecycle events");
            } else {
                log.atWarn()
                        .log(
                                "This libvirt has no events {}: {}",
                                event,
                                Libvirt.failure("").getMessage());
            }
        }
        if (Libvirt.virConnectRegisterCloseCallback(pointer, onClose, null, null) != 0) {
            log.atInfo().log("This libvirt does not say when it goes away; it is asked instead");
        }
    }

    private void closed(int reason) {
        closedBecause = Optional.of(
                switch (reason) {
                    case Libvirt.CLOSED_BY_END_OF_FILE -> "libvirt has closed the connection";
                    case Libvirt.CLOSED_BY_KEEP_ALIVE -> "libvirt has given no sign of life";
                    default -> "the connection to libvirt has ended (" + reason + ")";
                });
    }

    /** Why it is of no more use, if so. Asks nobody outside this process. */
    Optional<String> end() {
        if (closedBecause.isPresent()) {
            return closedBecause;
        }
        return Libvirt.virConnectIsAlive(pointer) == 1
                ? Optional.empty()
                : Optional.of("the connection to libvirt is dead");
    }

    List<Seen> domains() throws IOException {
        var array = new PointerByReference();
        int count = Libvirt.virConnectListAllDomains(pointer, array, 0);
        if (count < 0) {
            throw Libvirt.failure("the domains cannot be listed");
        }
        List<Seen> seen = new ArrayList<>();
        Pointer first = array.getValue();
        for (int i = 0; i < count; i++) {
            Pointer domain = first.getPointer((long) i * Native.POINTER_SIZE);
            look(domain).ifPresent(seen::add);
            Libvirt.virDomainFree(domain);
        }
        if (first != null) {
            Libvirt.free(first);
        }
        return seen;
    }

    /** Nothing of one that has gone since it was listed. */
    private static Optional<Seen> look(Pointer domain) {
        int[] state = new int[1];
        int[] reason = new int[1];
        if (Libvirt.virDomainGetState(domain, state, reason, 0) != 0) {
            return Optional.empty();
        }
        return Optional.of(new Seen(
                new Domain(Libvirt.uuid(domain), Libvirt.text(Libvirt.virDomainGetName(domain))),
                Codes.state(state[0], reason[0]),
                "found in state " + state[0] + "/" + reason[0]));
    }

    boolean isNovas(String uuid) throws IOException {
        Pointer domain = Libvirt.virDomainLookupByUUIDString(pointer, Libvirt.bytes(uuid));
        if (domain == null) {
            throw Libvirt.failure("the domain " + uuid);
        }
        try {
            for (String uri : NOVA) {
                if (Libvirt.hasMetadata(domain, uri)) {
                    return true;
                }
            }
            return false;
        } finally {
            Libvirt.virDomainFree(domain);
        }
    }

    /** First what is registered, or libvirt keeps the connection for it. */
    void close() {
        registrations.forEach(id -> Libvirt.virConnectDomainEventDeregisterAny(pointer, id));
        registrations.clear();
        Libvirt.virConnectUnregisterCloseCallback(pointer, onClose);
        int left = Libvirt.virConnectClose(pointer);
        if (left != 0) {
            log.atWarn().log("A connection to libvirt was not closed wholly ({})", left);
        } else {
            HELD.remove(this);
        }
    }
}
