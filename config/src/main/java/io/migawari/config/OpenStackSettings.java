// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How to sign in to OpenStack and where its services are.
 *
 * @param region the region whose endpoints are used; absent means that the catalogue has just one
 * @param endpointInterface {@code public}, {@code internal} or {@code admin}
 * @param caFile a PEM file with the certificates to trust; absent means those of the Java runtime
 * @param novaUrl overrides the catalogue's endpoint of Nova
 * @param callTimeout how long one ordinary call may take, its body included
 */
public record OpenStackSettings(
        URI authUrl,
        Credentials credentials,
        Optional<String> region,
        String endpointInterface,
        Optional<Path> caFile,
        Optional<URI> novaUrl,
        Duration callTimeout) {

    /**
     * As the OpenStack client finds them: {@code OS_CLOUD} and clouds.yaml, or the {@code OS_*} variables.
     *
     * @throws ConfigException saying what is missing
     */
    public static OpenStackSettings fromEnvironment(Map<String, String> environment) {
        return YamlFile.readText("environment", "", environment, section -> OpenStackReader.read(section, environment));
    }

    /** Reads the section {@code openstack} of a configuration; problems are noted in the section. */
    public static OpenStackSettings read(Section section, Map<String, String> environment) {
        return OpenStackReader.read(section, environment);
    }

    /** Who signs in. */
    public sealed interface Credentials {

        /** A user with a password, scoped to a project. */
        record Password(String username, String userDomain, Secret password, String projectName, String projectDomain)
                implements Credentials {}

        /** An application credential, which knows its user and project by itself. */
        record ApplicationCredential(String id, Secret secret) implements Credentials {}
    }
}
