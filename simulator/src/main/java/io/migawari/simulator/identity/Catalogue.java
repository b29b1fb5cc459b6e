// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.identity;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.truth.Ids;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the services are. Safe for any thread. */
public final class Catalogue {

    static final String REGION = "RegionOne";

    private volatile @Nullable String instanceHa;

    /** Enters the service that looks after the instances; it is not in the catalogue before. */
    public void publishInstanceHa(String url) {
        instanceHa = url;
    }

    /** @param base the simulator's own address: {@code http://127.0.0.1:12345} */
    void describe(ArrayNode catalogue, String base, Token token) {
        service(catalogue, "identity", "keystone", base + "/identity/v3");
        service(catalogue, "compute", "nova", base + "/compute/v2.1");
        service(catalogue, "placement", "placement", base + "/placement");
        service(catalogue, "image", "glance", base + "/image");
        service(
                catalogue,
                "volumev3",
                "cinder",
                base + "/volume/v3/" + token.user().projectId());
        String url = instanceHa;
        if (url != null) {
            service(catalogue, "instance-ha", "masakari", url);
        }
    }

    private static void service(ArrayNode catalogue, String type, String name, String url) {
        ObjectNode service = catalogue.addObject();
        ArrayNode endpoints = service.putArray("endpoints");
        for (String kind : List.of("public", "internal", "admin")) {
            endpoints
                    .addObject()
                    .put("id", Ids.hex("endpoint", type + kind))
                    .put("interface", kind)
                    .put("region_id", REGION)
                    .put("url", url)
                    .put("region", REGION);
        }
        service.put("id", Ids.hex("service", type)).put("type", type).put("name", name);
    }
}
