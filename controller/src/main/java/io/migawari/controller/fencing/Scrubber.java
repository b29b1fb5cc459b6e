// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.fencing;

import io.migawari.config.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Takes secrets out of what programs say, in each form in which a program is likely to show them. Immutable.
 */
final class Scrubber {

    private static final String STARS = "***";

    private final List<String> forms;

    /** @param user whose name stands before the secret when both are sent together over HTTP */
    Scrubber(Collection<Secret> secrets, String user) {
        this.forms = secrets.stream()
                .map(Secret::reveal)
                .filter(secret -> !secret.isEmpty())
                .flatMap(secret -> forms(secret, user))
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    private static Stream<String> forms(String secret, String user) {
        return Stream.of(
                secret,
                secret.replace("'", "'\"'\"'"), // as Python quotes it for a shell
                secret.replace("\\", "\\\\").replace("\"", "\\\""),
                secret.replace("\\", "\\\\").replace("'", "\\'"),
                secret.replaceAll("[^\\w@%+=:,./-]", "\\\\$0"), // as a shell quotes it
                URLEncoder.encode(secret, StandardCharsets.UTF_8),
                URLEncoder.encode(secret, StandardCharsets.UTF_8).replace("+", "%20"),
                base64(secret),
                base64(user + ":" + secret));
    }

    private static String base64(String text) {
        return Base64.getEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    String scrub(String text) {
        String clean = text;
        for (String form : forms) {
            clean = clean.replace(form, STARS);
        }
        return clean;
    }

    /** As {@link #scrub}, of a text whose end was cut off, perhaps in the middle of a secret. */
    String scrubCut(String text) {
        int longest = forms.isEmpty() ? 0 : forms.get(0).length();
        String clean = scrub(text);
        return clean.substring(0, Math.max(0, clean.length() - longest));
    }
}
