// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import io.migawari.config.OpenStackSettings;
import io.migawari.controller.cloud.CloudException.Kind;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.openstack4j.api.identity.EndpointURLResolver;
import org.openstack4j.model.identity.URLResolverParams;
import org.openstack4j.model.identity.v3.Endpoint;
import org.openstack4j.model.identity.v3.Service;
import org.openstack4j.model.identity.v3.Token;

/**
 * Where a service is: its type, interface and region must all be in the catalogue, or there is no answer. The library's own
 * resolver falls back to Keystone's URL, whose 404 it then takes for an empty list. Immutable.
 */
final class CatalogueResolver implements EndpointURLResolver {

    private final OpenStackSettings settings;

    CatalogueResolver(OpenStackSettings settings) {
        this.settings = settings;
    }

    @Override
    public String findURLV3(URLResolverParams params) {
        try {
            return nova(params.token);
        } catch (CloudException e) {
            throw new JdkTransport.Failure(0, e);
        }
    }

    @Override
    public String findURLV2(URLResolverParams params) {
        throw new UnsupportedOperationException("Keystone v2");
    }

    /** Nova's endpoint, without a slash at its end. */
    String nova(Token token) throws CloudException {
        Optional<URI> override = settings.novaUrl();
        return override.isPresent() ? override.get().toString() : endpoint(token, "compute");
    }

    /** The endpoint of a service of this type, without a slash at its end. */
    String endpoint(Token token, String type) throws CloudException {
        List<String> found = token.getCatalog().stream()
                .filter(service -> type.equals(service.getType()))
                .flatMap(this::endpoints)
                .map(endpoint -> endpoint.getUrl().toString().replaceFirst("/+$", ""))
                .distinct()
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        String wanted = "service type " + type + ", interface " + settings.endpointInterface()
                + settings.region().map(region -> ", region " + region).orElse("");
        throw new CloudException(
                Kind.UNSUITABLE,
                found.isEmpty()
                        ? "The catalogue has no endpoint with " + wanted
                        : "The catalogue has several endpoints with " + wanted + ": " + found + "; set a region");
    }

    private Stream<? extends Endpoint> endpoints(Service service) {
        return service.getEndpoints().stream()
                .filter(endpoint ->
                        settings.endpointInterface().equals(endpoint.getIface().value()))
                .filter(endpoint -> settings.region().isEmpty()
                        || settings.region().get().equals(endpoint.getRegionId())
                        || settings.region().get().equals(endpoint.getRegion()));
    }
}
