// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.etcd;

import io.migawari.config.TrustedCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Connections to a server that asks who we are, and whom we trust. */
final class ClientCertificate {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);

    private ClientCertificate() {}

    /** @throws IllegalArgumentException naming the file that cannot be used */
    static SSLSocketFactory sockets(EtcdSettings.Tls tls) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    keyManagers(tls),
                    tls.caFile().map(TrustedCertificates::managers).orElse(null),
                    null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no TLS with these files: " + e.getMessage(), e);
        }
    }

    private static KeyManager @Nullable [] keyManagers(EtcdSettings.Tls tls) throws GeneralSecurityException {
        if (tls.certificateFile().isEmpty()) {
            return null;
        }
        Certificate[] chain = certificates(tls.certificateFile().get());
        PrivateKey key = key(tls.keyFile().orElseThrow());
        try {
            char[] password = "in memory only".toCharArray();
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("us", key, password, chain);
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, password);
            return managers.getKeyManagers();
        } catch (IOException e) {
            throw new AssertionError(e); // an empty store is not read from anywhere
        }
    }

    private static Certificate[] certificates(Path pem) throws GeneralSecurityException {
        try (InputStream file = Files.newInputStream(pem)) {
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(file)
                    .toArray(new Certificate[0]);
            if (chain.length == 0) {
                throw new IllegalArgumentException(pem + ": holds no certificate");
            }
            return chain;
        } catch (IOException e) {
            throw new IllegalArgumentException(pem + ": cannot be read: " + e, e);
        }
    }

    private static PrivateKey key(Path pem) throws GeneralSecurityException {
        try {
            var match = KEY.matcher(Files.readString(pem));
            if (match.find()) {
                var encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(match.group(1)));
                for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
                    Optional<PrivateKey> key = key(algorithm, encoded);
                    if (key.isPresent()) {
                        return key.get();
                    }
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(pem + ": cannot be read: " + e, e);
        }
        throw new IllegalArgumentException(
                pem + ": holds no PKCS#8 key; make one with: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW");
    }

    private static Optional<PrivateKey> key(String algorithm, PKCS8EncodedKeySpec encoded)
            throws GeneralSecurityException {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(encoded));
        } catch (InvalidKeySpecException e) {
            return Optional.empty(); // then it is one of another kind
        }
    }
}
