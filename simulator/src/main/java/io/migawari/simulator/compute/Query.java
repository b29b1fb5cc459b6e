// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import io.migawari.simulator.http.Call;
import io.migawari.simulator.nova.Refusal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The query of a call, checked as Nova checks it and with its words (seen on Nova 26.2). */
record Query(Call call) {

    private static final Pattern DIGITS = Pattern.compile("[0-9]*");
    private static final Set<String> TRUE = Set.of("1", "t", "true", "on", "y", "yes", "");
    private static final Set<String> FALSE = Set.of("0", "f", "false", "off", "n", "no");

    Optional<String> text(String name) {
        return call.query(name);
    }

    /** A list's limit, no more than the service's own. */
    int limit(int most) {
        Optional<String> value = call.query("limit");
        if (value.isEmpty()) {
            return most;
        }
        if (!DIGITS.matcher(value.get()).matches()) {
            throw invalid("limit", value.get(), "'" + value.get() + "' does not match '^[0-9]*$'");
        }
        return value.get().isEmpty() ? most : (int) Math.min(most, Long.parseLong(value.get()));
    }

    Optional<Instant> time(String name) {
        return call.query(name).map(text -> {
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeParseException withoutOffset) {
                return utc(name, text);
            }
        });
    }

    /** A regular expression to be found anywhere; Nova's database tells no upper case from lower case. */
    Optional<Pattern> pattern(String name) {
        return call.query(name).map(text -> {
            try {
                return Pattern.compile(text, Pattern.CASE_INSENSITIVE);
            } catch (PatternSyntaxException wrong) {
                throw invalid(name, text, "'" + text + "' is not a 'regex'");
            }
        });
    }

    boolean allTenants() {
        Optional<String> value = call.query("all_tenants");
        if (value.isEmpty() || FALSE.contains(value.get().toLowerCase(Locale.ROOT))) {
            return false;
        }
        if (!TRUE.contains(value.get().toLowerCase(Locale.ROOT))) {
            throw Refusal.badRequest(
                    "Unrecognized value '" + value.get()
                            + "', acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'");
        }
        return true;
    }

    /** An unusable value counts as false. */
    Optional<Boolean> truth(String name) {
        return call.query(name).map(value -> !value.isEmpty() && TRUE.contains(value.toLowerCase(Locale.ROOT)));
    }

    /** Parameters that are not served must not be ignored in silence. */
    void serveOnly(Set<String> names, String list) {
        Set<String> others = new TreeSet<>(call.query().keySet());
        others.removeAll(names);
        if (!others.isEmpty()) {
            throw Refusal.notSimulated("query parameter " + String.join(", ", others) + " of " + list);
        }
    }

    private static Instant utc(String name, String text) {
        try {
            return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException notATime) {
            throw invalid(name, text, "'" + text + "' is not a 'date-time'");
        }
    }

    private static Refusal invalid(String name, String value, String why) {
        return Refusal.badRequest("Invalid input for query parameters " + name + ". Value: " + value + ". " + why);
    }
}
