// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.libvirt;

import com.sun.jna.Callback;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The functions of libvirt's client library that are called, as its header declares them, and nothing else. */
final class Libvirt {

    static final String LIBRARY = "libvirt.so.0";

    static final int EVENT_LIFECYCLE = 0;
    static final int EVENT_REBOOT = 1;
    static final int EVENT_WATCHDOG = 3;
    static final int EVENT_IO_ERROR_REASON = 6;
    static final int EVENT_CONTROL_ERROR = 7;
    static final int EVENT_AGENT_LIFECYCLE = 18;

    static final int CLOSED_BY_END_OF_FILE = 1;
    static final int CLOSED_BY_KEEP_ALIVE = 2;

    private static final int METADATA_ELEMENT = 2;
    private static final int NO_METADATA = 80;
    private static final int UUID_BYTES = 37;

    interface ErrorCallback extends Callback {
        void invoke(@Nullable Pointer userData, @Nullable Pointer error);
    }

    interface TimeoutCallback extends Callback {
        void invoke(int timer, @Nullable Pointer opaque);
    }

    interface CloseCallback extends Callback {
        void invoke(Pointer connection, int reason, @Nullable Pointer opaque);
    }

    /** Of lifecycle (event and detail) and of the agent's lifecycle (state and reason). */
    interface TwoNumbersCallback extends Callback {
        int invoke(Pointer connection, Pointer domain, int first, int second, @Nullable Pointer opaque);
    }

    interface NoNumberCallback extends Callback {
        void invoke(Pointer connection, Pointer domain, @Nullable Pointer opaque);
    }

    interface WatchdogCallback extends Callback {
        void invoke(Pointer connection, Pointer domain, int action, @Nullable Pointer opaque);
    }

    interface IoErrorCallback extends Callback {
        void invoke(
                Pointer connection,
                Pointer domain,
                @Nullable Pointer path,
                @Nullable Pointer device,
                int action,
                @Nullable Pointer reason,
                @Nullable Pointer opaque);
    }

    static native int virInitialize();

    static native void virSetErrorFunc(@Nullable Pointer userData, ErrorCallback handler);

    static native int virEventRegisterDefaultImpl();

    static native int virEventRunDefaultImpl();

    static native int virEventAddTimeout(
            int milliseconds, TimeoutCallback callback, @Nullable Pointer opaque, @Nullable Pointer free);

    static native @Nullable Pointer virConnectOpen(byte[] uri);

    static native @Nullable Pointer virConnectOpenReadOnly(byte[] uri);

    static native int virConnectClose(Pointer connection);

    static native int virConnectIsAlive(Pointer connection);

    static native int virConnectSetKeepAlive(Pointer connection, int seconds, int count);

    static native int virConnectRegisterCloseCallback(
            Pointer connection, CloseCallback callback, @Nullable Pointer opaque, @Nullable Pointer free);

    static native int virConnectUnregisterCloseCallback(Pointer connection, CloseCallback callback);

    static native int virConnectDomainEventRegisterAny(
            Pointer connection,
            @Nullable Pointer domain,
            int event,
            Callback callback,
            @Nullable Pointer opaque,
            @Nullable Pointer free);

    static native int virConnectDomainEventDeregisterAny(Pointer connection, int registration);

    static native int virConnectListAllDomains(Pointer connection, PointerByReference domains, int flags);

    static native @Nullable Pointer virDomainLookupByUUIDString(Pointer connection, byte[] uuid);

    static native @Nullable Pointer virDomainGetName(Pointer domain);

    static native int virDomainGetUUIDString(Pointer domain, byte[] uuid);

    static native int virDomainGetState(Pointer domain, int[] state, int[] reason, int flags);

    static native @Nullable Pointer virDomainGetMetadata(Pointer domain, int type, byte[] uri, int flags);

    static native int virDomainFree(Pointer domain);

    static native @Nullable Pointer virGetLastErrorMessage();

    static native int virGetLastErrorCode();

    private Libvirt() {}

    private static boolean loaded;

    /** @throws IOException if libvirt is not installed */
    static synchronized void load() throws IOException {
        if (loaded) {
            return;
        }
        try {
            Native.register(Libvirt.class, LIBRARY);
        } catch (UnsatisfiedLinkError e) {
            throw new IOException(
                    LIBRARY + " cannot be loaded; it comes with libvirt's client library (libvirt0): " + e.getMessage(),
                    e);
        }
        loaded = true;
    }

    /** What went wrong in the last call of this thread. */
    static IOException failure(String what) {
        return new IOException(what + ": " + text(virGetLastErrorMessage()));
    }

    static byte[] bytes(String text) {
        return (text + "\0").getBytes(StandardCharsets.UTF_8);
    }

    static String text(@Nullable Pointer text) {
        return text == null ? "" : text.getString(0, "UTF-8");
    }

    static String uuid(Pointer domain) {
        byte[] uuid = new byte[UUID_BYTES];
        return virDomainGetUUIDString(domain, uuid) == 0 ? Native.toString(uuid, "UTF-8") : "";
    }

    /** Whether the domain carries metadata of that name space. */
    static boolean hasMetadata(Pointer domain, String uri) throws IOException {
        Pointer xml = virDomainGetMetadata(domain, METADATA_ELEMENT, bytes(uri), 0);
        if (xml != null) {
            free(xml);
            return true;
        }
        if (virGetLastErrorCode() == NO_METADATA) {
            return false;
        }
        throw failure("its metadata");
    }

    static void free(Pointer memory) {
        Native.free(Pointer.nativeValue(memory));
    }
}
