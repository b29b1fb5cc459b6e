// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.judgement;

import io.migawari.config.Section;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which occasion becomes which notification.
 *
 * @param names of those that are reported
 */
public record ReportTable(Map<Occasion, Name> names) {

    private static final String REPORT = "report";
    private static final String IGNORE = "ignore";

    public ReportTable {
        names = Collections.unmodifiableMap(names.isEmpty() ? Map.of() : new EnumMap<>(names));
    }

    public static ReportTable read(Section section) {
        Map<Occasion, Name> names = new EnumMap<>(Occasion.class);
        for (Occasion occasion : Occasion.values()) {
            String text = section.string(occasion.key(), occasion.isReportedByDefault() ? REPORT : IGNORE);
            if (text.equals(REPORT)) {
                names.put(occasion, occasion.ownName());
            } else if (!text.equals(IGNORE)) {
                Name.read(text)
                        .ifPresentOrElse(
                                name -> names.put(occasion, name),
                                () -> section.expected(
                                        occasion.key(),
                                        "report, ignore, or another notification such as LIFECYCLE/STOPPED_FAILED",
                                        text));
            }
        }
        return new ReportTable(names);
    }

    Optional<Name> name(Occasion occasion) {
        return Optional.ofNullable(names.get(occasion));
    }
}
