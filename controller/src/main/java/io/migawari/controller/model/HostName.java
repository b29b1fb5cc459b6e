// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.regex.Pattern;

/**
 * The name under which Nova knows a compute host: the {@code host} of its nova-compute service, not the hypervisor's
 * host name, which may differ. Case-sensitive, as in Nova.
 */
public record HostName(String value) implements Comparable<HostName> {

    /** What Masakari's API accepts, too. */
    private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9._-]{1,255}");

    public HostName {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "host name \"" + value + "\": expected 1 to 255 letters, digits, dots, dashes and underscores");
        }
    }

    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    @Override
    public int compareTo(HostName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
