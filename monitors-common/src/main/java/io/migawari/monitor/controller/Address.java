// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.controller;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One address of a controller. Catalogues and people write it with or without the version at its end, and catalogues
 * sometimes with a project behind that; all of them mean the same.
 */
record Address(URI base, URI api) {

    private static final Pattern VERSIONED = Pattern.compile("(.*?)/v1(?:/[0-9a-fA-F-]{32,36})?");

    static Address of(URI endpoint) {
        String text = endpoint.toString().replaceFirst("/+$", "");
        Matcher versioned = VERSIONED.matcher(text);
        return versioned.matches()
                ? new Address(URI.create(versioned.group(1)), URI.create(text))
                : new Address(URI.create(text), URI.create(text + "/v1"));
    }

    URI notifications() {
        return URI.create(api + "/notifications");
    }

    /** Where a controller of our own tells what it understands beyond Masakari's API. */
    URI additions() {
        return URI.create(base + "/migawari/v1");
    }

    URI signOfLife(String host) {
        return URI.create(base + "/migawari/v1/hosts/" + host + "/sign-of-life");
    }

    URI mayStart(String host) {
        return URI.create(base + "/migawari/v1/hosts/" + host + "/may-start");
    }

    @Override
    public String toString() {
        return api.toString();
    }
}
