// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** A TLS context that trusts the certificates of a PEM file, as settings name it, and no others. */
public final class TrustedCertificates {

    private TrustedCertificates() {}

    /** @throws IllegalArgumentException naming the file, if it holds no certificates that could be read */
    public static SSLContext in(Path pem) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(pem), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(pem + ": no TLS with it: " + e.getMessage(), e);
        }
    }

    /**
     * For a context that says who we are as well.
     *
     * @throws IllegalArgumentException naming the file, if it holds no certificates that could be read
     */
    public static TrustManager[] managers(Path pem) {
        try {
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store(pem));
            return trust.getTrustManagers();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(pem + ": no TLS with it: " + e.getMessage(), e);
        }
    }

    /**
     * All of them as a key store.
     *
     * @throws IllegalArgumentException naming the file, if it holds no certificates that could be read
     */
    public static KeyStore store(Path pem) {
        try (InputStream file = Files.newInputStream(pem)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                store.setCertificateEntry("ca-" + number++, certificate);
            }
            if (number == 0) {
                throw new IllegalArgumentException(pem + ": holds no certificate; expected some as PEM");
            }
            return store;
        } catch (IOException e) {
            throw new IllegalArgumentException(pem + ": cannot be read, expected certificates as PEM: " + e, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    pem + ": cannot be read as certificates, expected some as PEM: " + e.getMessage(), e);
        }
    }
}
