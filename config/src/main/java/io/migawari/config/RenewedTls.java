// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link ClientTls} for a process that lives longer than its certificates: the files are read again when they have changed; when
 * the new ones cannot be used, the former go on being used. Safe for any thread.
 */
public final class RenewedTls {

    private static final Logger log = LoggerFactory.getLogger(RenewedTls.class);

    private final ClientTls files;
    private String fingerprint;
    private @Nullable SSLSocketFactory sockets;

    /** @throws IllegalArgumentException naming the file that cannot be used */
    public RenewedTls(ClientTls files) {
        this.files = files;
        this.fingerprint = Fingerprint.of(files.files());
        this.sockets = files.sockets();
    }

    /** What makes connections now; null: what the Java runtime has does. */
    public synchronized @Nullable SSLSocketFactory sockets() {
        String now = Fingerprint.of(files.files());
        if (!now.equals(fingerprint)) {
            fingerprint = now;
            try {
                sockets = files.sockets();
                log.atInfo().log("Certificates are read again, since {} changed", files.files());
            } catch (IllegalArgumentException e) {
                log.atWarn().log("Certificates have changed and cannot be used; the former are: {}", e.getMessage());
            }
        }
        return sockets;
    }
}
