// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.config.ApiSettings.ClientCertificates;
import io.migawari.config.ApiSettings.Tls;
import io.migawari.config.Fingerprint;
import io.migawari.config.OwnCertificate;
import io.migawari.config.TrustedCertificates;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that the API is served with. Its files are read again when they have changed; connections that are open stay, and
 * when the new files cannot be used, the former certificate goes on being served. {@link #look} is for one thread at a time.
 */
final class ServedCertificate {

    private static final Logger log = LoggerFactory.getLogger(ServedCertificate.class);

    private final Tls settings;
    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private String fingerprint;

    /** @throws IllegalArgumentException naming the file that cannot be used */
    ServedCertificate(Tls settings) {
        this.settings = settings;
        this.fingerprint = Fingerprint.of(files());
        factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        factory.setKeyStorePassword(OwnCertificate.PASSWORD);
        factory.setWantClientAuth(settings.clients().isPresent());
        use(factory, Read.from(settings));
    }

    private record Read(KeyStore own, KeyStore trusted) {

        static Read from(Tls settings) {
            KeyStore own = OwnCertificate.store(settings.certificateFile(), settings.keyFile());
            return new Read(
                    own,
                    settings.clients()
                            .map(ClientCertificates::caFile)
                            .map(TrustedCertificates::store)
                            .orElse(own));
        }

        Instant until() {
            try {
                return ((X509Certificate) own.getCertificate("us"))
                        .getNotAfter()
                        .toInstant();
            } catch (KeyStoreException e) {
                throw new AssertionError("it was just made", e);
            }
        }
    }

    private static void use(SslContextFactory factory, Read read) {
        factory.setKeyStore(read.own());
        factory.setTrustStore(read.trusted());
    }

    SslContextFactory.Server factory() {
        return factory;
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>(List.of(settings.certificateFile(), settings.keyFile()));
        settings.clients().map(ClientCertificates::caFile).ifPresent(files::add);
        return files;
    }

    /** Reads the files again if they have changed. */
    void look() {
        String now = Fingerprint.of(files());
        if (now.equals(fingerprint)) {
            return;
        }
        fingerprint = now;
        try {
            Read read = Read.from(settings);
            factory.reload(known -> use(known, read));
            log.atInfo()
                    .addKeyValue("file", settings.certificateFile())
                    .addKeyValue("until", read.until())
                    .log("A new certificate is served");
        } catch (Exception e) { // whatever it is, the former certificate is better than none
            log.atError()
                    .log(
                            "The files of the API's certificate have changed and cannot be used; the former goes on being served: {}. "
                                    + "Next step: mend them; they are looked at every ten seconds",
                            e.getMessage());
        }
    }
}
