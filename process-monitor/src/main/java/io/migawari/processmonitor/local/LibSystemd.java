// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.local;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import org.jspecify.annotations.Nullable;

/** The part of libsystemd's sd-bus that is needed to hear signals; each function is described by the manual page of its name. */
final class LibSystemd {

    static native int sd_bus_open_system(PointerByReference bus);

    static native Pointer sd_bus_flush_close_unref(Pointer bus);

    static native int sd_bus_message_new_method_call(
            Pointer bus, PointerByReference message, String destination, String path, String type, String member);

    static native int sd_bus_message_append_basic(Pointer message, byte type, String text);

    static native int sd_bus_call(
            Pointer bus,
            Pointer message,
            long microseconds,
            @Nullable Pointer error,
            @Nullable PointerByReference reply);

    static native int sd_bus_process(Pointer bus, PointerByReference message);

    static native int sd_bus_wait(Pointer bus, long microseconds);

    static native int sd_bus_message_is_signal(Pointer message, String type, String member);

    static native Pointer sd_bus_message_unref(Pointer message);

    static {
        Native.register(LibSystemd.class, "libsystemd.so.0");
    }

    private LibSystemd() {}
}
