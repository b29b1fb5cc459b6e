// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Booleans as OpenStack's users and clients write them (oslo.utils, strutils.bool_from_string). */
public final class Booleans {

    private static final Set<String> TRUE = Set.of("1", "t", "true", "on", "y", "yes");
    private static final Set<String> FALSE = Set.of("0", "f", "false", "off", "n", "no");

    private Booleans() {}

    /** What the text means, if it means one of them. */
    public static Optional<Boolean> find(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (TRUE.contains(word)) {
            return Optional.of(true);
        }
        return FALSE.contains(word) ? Optional.of(false) : Optional.empty();
    }

    /** @throws IllegalArgumentException if the text means neither */
    public static boolean parse(String text) {
        return find(text)
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "Unrecognized value '" + text
                                        + "', acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'"));
    }
}
