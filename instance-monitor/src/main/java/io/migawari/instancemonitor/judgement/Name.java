// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.judgement;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a notification calls what has happened, as Masakari's monitors do.
 *
 * @param event such as LIFECYCLE
 * @param detail such as STOPPED_FAILED; the API calls it {@code vir_domain_event}
 */
public record Name(String event, String detail) {

    private static final Pattern WRITTEN = Pattern.compile("([A-Z][A-Z_]{0,99})/([A-Z][A-Z_]{0,99})");

    /** From {@code EVENT/DETAIL}. */
    public static Optional<Name> read(String text) {
        var match = WRITTEN.matcher(text);
        return match.matches() ? Optional.of(new Name(match.group(1), match.group(2))) : Optional.empty();
    }

    @Override
    public String toString() {
        return event + "/" + detail;
    }
}
