// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.libvirt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.migawari.instancemonitor.agent.GuestAgents;
import io.migawari.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guest agents through libvirt, on a connection of their own that may write, for without that right libvirt asks no agent. It
 * has its own keep-alive, so that a question ends when libvirt hangs.
 */
public final class LibvirtAgents implements GuestAgents {

    private static final Logger log = LoggerFactory.getLogger(LibvirtAgents.class);

    private static final String LIBRARY = "libvirt-qemu.so.0";
    private static final byte[] PING = Libvirt.bytes("{\"execute\":\"guest-ping\"}");

    private static final int AGENT_UNRESPONSIVE = 86;
    private static final int AGENT_UNSYNCED = 97;

    /** What libvirt says of an agent that is not there; one that hangs is still connected. */
    private static final String NOT_CONNECTED = "not connected";

    /** The one function of the library that is called. */
    private static final class Qemu {

        static native @Nullable Pointer virDomainQemuAgentCommand(
                Pointer domain, byte[] command, int seconds, int flags);

        private Qemu() {}
    }

    private final LibvirtHypervisor.Settings settings;
    private final ConcurrentHashMap<String, String> troubles = new ConcurrentHashMap<>();
    private @Nullable Pointer connection; // guarded by this

    /** @throws IOException if libvirt's library is not there */
    public LibvirtAgents(LibvirtHypervisor.Settings settings, Time time) throws IOException {
        this.settings = settings;
        EventLoop.start(time);
        try {
            Native.register(Qemu.class, LIBRARY);
        } catch (UnsatisfiedLinkError e) {
            throw new IOException(LIBRARY + " cannot be loaded: " + e.getMessage(), e);
        }
    }

    @Override
    public Answer ping(String uuid, Duration most) {
        Pointer domain = null;
        try {
            domain = domain(uuid);
            if (domain == null) {
                return Answer.NOT_ASKED;
            }
            Pointer answer = Qemu.virDomainQemuAgentCommand(domain, PING, (int) Math.max(1, most.toSeconds()), 0);
            if (answer == null) {
                return meaning(uuid);
            }
            Libvirt.free(answer);
            troubles.remove(uuid);
            return Answer.ANSWERED;
        } catch (IOException e) {
            log.atDebug().log("Guest agents cannot be asked: {}", e.getMessage());
            return Answer.NOT_ASKED;
        } finally {
            if (domain != null) {
                Libvirt.virDomainFree(domain);
            }
        }
    }

    private Answer meaning(String uuid) {
        int code = Libvirt.virGetLastErrorCode();
        String words = Libvirt.text(Libvirt.virGetLastErrorMessage());
        if (!words.equals(troubles.put(uuid, words))) {
            log.atInfo().addKeyValue("instance", uuid).log("The guest agent: {}", words);
        }
        boolean silent = code == AGENT_UNSYNCED || (code == AGENT_UNRESPONSIVE && !words.contains(NOT_CONNECTED));
        return silent ? Answer.SILENT : Answer.NOT_ASKED;
    }

    /**
     * In one piece with the look at the connection: a domain keeps its connection from being freed, and until there is one,
     * another thread may find the connection dead and close it.
     */
    private synchronized @Nullable Pointer domain(String uuid) throws IOException {
        return Libvirt.virDomainLookupByUUIDString(connected(), Libvirt.bytes(uuid));
    }

    private Pointer connected() throws IOException {
        Pointer open = connection;
        if (open != null && Libvirt.virConnectIsAlive(open) == 1) {
            return open;
        }
        if (open != null) {
            Libvirt.virConnectClose(open);
            connection = null;
        }
        open = Libvirt.virConnectOpen(Libvirt.bytes(settings.uri()));
        if (open == null) {
            throw Libvirt.failure("no connection to " + settings.uri());
        }
        Libvirt.virConnectSetKeepAlive(
                open, (int) Math.max(1, settings.keepAlive().toSeconds()), settings.keepAliveCount());
        connection = open;
        return open;
    }
}
