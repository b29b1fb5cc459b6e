// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificates for tests, made with the JDK's own keytool: authorities, and what they vouch for. */
final class TestCertificates {

    private final Path directory;

    TestCertificates(Path directory) {
        this.directory = directory;
    }

    Path authority(String name) {
        make(name, "-genkeypair", "-dname", "CN=" + name, "-ext", "bc:c");
        return pem(name);
    }

    /** @param alternatives as keytool writes them: {@code dns:compute1,ip:127.0.0.1}; empty: none */
    Path issued(String authority, String name, String alternatives) {
        make(name, "-genkeypair", "-dname", "CN=" + name + ",O=test");
        keytool(name, "-certreq", "-file", file(name + ".csr"));
        List<String> words = new ArrayList<>(List.of(
                "-gencert", "-rfc", "-infile", file(name + ".csr"), "-outfile", file(name + ".pem"), "-validity", "2"));
        if (!alternatives.isEmpty()) {
            words.addAll(List.of("-ext", "san=" + alternatives));
        }
        keytool(authority, words.toArray(new String[0]));
        return pem(name);
    }

    Path pem(String name) {
        return directory.resolve(name + ".pem");
    }

    Path key(String name) {
        return directory.resolve(name + ".key");
    }

    private void make(String name, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"));
        keytool(name, all.toArray(new String[0]));
        keytool(name, "-exportcert", "-rfc", "-file", file(name + ".pem"));
        try (var in = Files.newInputStream(directory.resolve(name + ".p12"))) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(in, "password".toCharArray());
            byte[] key = store.getKey("it", "password".toCharArray()).getEncoded();
            Files.writeString(
                    key(name),
                    "-----BEGIN PRIVATE KEY-----\n"
                            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
                            + "\n-----END PRIVATE KEY-----\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    private void keytool(String store, String... words) {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/keytool",
                "-J-XX:TieredStopAtLevel=1",
                "-keystore",
                file(store + ".p12"),
                "-storetype",
                "PKCS12",
                "-storepass",
                "password",
                "-alias",
                "it"));
        command.addAll(List.of(words));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
