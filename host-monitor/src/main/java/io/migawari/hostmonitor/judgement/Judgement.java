// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.judgement;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the judge makes of one sighting.
 *
 * @param verdicts by host
 * @param memory what to judge the next sighting with
 */
public record Judgement(Map<String, Verdict> verdicts, Memory memory) {

    public Judgement {
        verdicts = Collections.unmodifiableMap(new TreeMap<>(verdicts));
    }
}
