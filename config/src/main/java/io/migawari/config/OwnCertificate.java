// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
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

/** A certificate with its chain, and its key, from two PEM files, as settings name them. */
public final class OwnCertificate {

    /** A key store wants one; it never leaves the memory. */
    public static final String PASSWORD = "in memory only";

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);

    private OwnCertificate() {}

    /** @throws IllegalArgumentException naming the file that cannot be used */
    public static KeyManager[] managers(Path certificate, Path key) {
        try {
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store(certificate, key), PASSWORD.toCharArray());
            return managers.getKeyManagers();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(certificate + ": no TLS with it: " + e.getMessage(), e);
        }
    }

    /**
     * The two as one entry of a key store, protected by {@link #PASSWORD}.
     *
     * @throws IllegalArgumentException naming the file that cannot be used
     */
    public static KeyStore store(Path certificate, Path key) {
        try {
            Certificate[] chain = certificates(certificate);
            PrivateKey own = key(key);
            if (!belongTogether(chain[0], own)) {
                throw new IllegalArgumentException(key + ": is not the key of the certificate in " + certificate);
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("us", own, PASSWORD.toCharArray(), chain);
            return store;
        } catch (IOException e) {
            throw new AssertionError(e); // an empty store is not read from anywhere
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(certificate + ": cannot be used: " + e.getMessage(), e);
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
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException(pem + ": holds a key that is cut short, or changed", notBase64);
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

    private static boolean belongTogether(Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        String algorithm = certificate.getPublicKey().getAlgorithm();
        if (!algorithm.equals(key.getAlgorithm())) {
            return false;
        }
        var signature = Signature.getInstance(
                switch (algorithm) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> "Ed25519";
                });
        byte[] anything = {1, 2, 3};
        signature.initSign(key);
        signature.update(anything);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(anything);
        return signature.verify(signed);
    }
}
