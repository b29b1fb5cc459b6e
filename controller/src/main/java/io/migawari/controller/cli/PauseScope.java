// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a pause covers. One of the three, so that nobody pauses everything by leaving something out. */
final class PauseScope {

    @Option(names = "--all", description = "everything")
    private boolean all;

    @Option(names = "--segment", paramLabel = "SEGMENT", description = "a segment, by its name or id")
    private @Nullable String segment;

    @Option(names = "--host", paramLabel = "HOST", description = "a host, by its name")
    private @Nullable String host;

    void addTo(ObjectNode pause, ApiClient client) throws ApiFailure, InterruptedException {
        if (segment != null) {
            pause.put("segment", Connection.segmentId(client, segment));
        } else if (host != null) {
            pause.put("host", host);
        } else {
            pause.put("all", all);
        }
    }

    /** Whether a pause covers this and nothing else. */
    boolean isThatOf(JsonNode pause) {
        if (segment != null) {
            return pause.path("segment").asText().equals(segment)
                    || pause.path("segment_uuid").asText().equals(segment);
        }
        return host != null
                ? pause.path("host").asText().equals(host)
                : pause.path("segment").isNull() && pause.path("host").isNull();
    }

    String words() {
        return segment != null ? "segment " + segment : host != null ? "host " + host : "everything";
    }
}
