// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging.syslog;

import io.migawari.config.RenewedTls;
import io.migawari.config.SyslogSettings;
import io.migawari.config.SyslogSettings.Address;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;

/** The way to the server that the settings name. */
final class Channels {

    private Channels() {}

    /** @throws IllegalArgumentException naming the file of certificates that cannot be used */
    static Channel.Opening to(SyslogSettings settings) {
        Address address = settings.address();
        if (address instanceof Address.Local local) {
            return () -> LocalChannel.open(local.path());
        }
        if (address instanceof Address.Udp udp) {
            return () -> UdpChannel.open(udp.host(), udp.port());
        }
        if (address instanceof Address.Tls tls) {
            var files = new RenewedTls(settings.tls());
            return () -> TlsChannel.open(
                    tls.host(), tls.port(), Optional.ofNullable(files.sockets()).orElseGet(() ->
                            (SSLSocketFactory) SSLSocketFactory.getDefault()));
        }
        throw new AssertionError(address);
    }
}
