// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whom a client trusts, and who it says it is, as PEM files.
 *
 * @param caFile absent means those whom the Java runtime trusts
 * @param certificateFile absent means that it says nothing; otherwise there is a key, too
 */
public record ClientTls(Optional<Path> caFile, Optional<Path> certificateFile, Optional<Path> keyFile) {

    /** As the Java runtime does it. */
    public static ClientTls none() {
        return new ClientTls(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Reads {@code ca-file}, {@code certificate-file} and {@code key-file}.
     *
     * @param needed whether they are to be used at all; if not, the files need not be there
     */
    public static ClientTls read(Section section, boolean needed) {
        Optional<Path> ca = needed ? section.findCertificates("ca-file") : section.findPath("ca-file");
        Optional<Path> certificate = section.findPath("certificate-file");
        Optional<Path> key = section.findPath("key-file");
        if (certificate.isPresent() != key.isPresent()) {
            section.problem("certificate-file", "certificate-file and key-file belong together");
            return new ClientTls(ca, Optional.empty(), Optional.empty());
        }
        if (needed && certificate.isPresent() && key.isPresent()) {
            section.usable("certificate-file", () -> OwnCertificate.store(certificate.get(), key.get()));
        }
        return new ClientTls(ca, certificate, key);
    }

    /** The same, but for those who are trusted if it does not say whom. */
    public ClientTls orTrusting(Optional<Path> others) {
        return new ClientTls(caFile.or(() -> others), certificateFile, keyFile);
    }

    List<Path> files() {
        List<Path> files = new ArrayList<>();
        caFile.ifPresent(files::add);
        certificateFile.ifPresent(files::add);
        keyFile.ifPresent(files::add);
        return files;
    }

    /**
     * What makes connections like that; null: what the Java runtime has does.
     *
     * @throws IllegalArgumentException naming the file that cannot be used
     */
    @Nullable
    SSLSocketFactory sockets() {
        if (files().isEmpty()) {
            return null;
        }
        KeyManager @Nullable [] us = certificateFile.isEmpty()
                ? null
                : OwnCertificate.managers(certificateFile.get(), keyFile.orElseThrow());
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(us, caFile.map(TrustedCertificates::managers).orElse(null), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no TLS with " + files() + ": " + e.getMessage(), e);
        }
    }
}
