// SPDX-License-Identifier: Apache-2.0
package io.migawari.systemd;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SIGHUP, which asks a daemon to read its configuration again; left alone it would end the process. */
public final class Hangup {

    private static final Logger log = LoggerFactory.getLogger(Hangup.class);

    private Hangup() {}

    /**
     * The JDK offers signals in {@code sun.misc} only, which it supports but warns about at compile time; hence reflection.
     *
     * @param action called on a thread of the runtime's
     */
    public static void handle(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours =
                    Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (self, method, a) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                            return null;
                        }
                        return method.getName().equals("equals") ? (Object) (a != null && a[0] == self) : (Object) 0;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), ours);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            log.atWarn().log("SIGHUP cannot be handled on this Java: {}", e.toString());
        }
    }
}
