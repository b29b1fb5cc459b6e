// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import io.migawari.simulator.http.Call;
import io.migawari.simulator.nova.Refusal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of Nova's API, 2.minor. */
record Microversion(int minor) {

    private static final Pattern NUMBER = Pattern.compile("2\\.(\\d{1,4})");

    /** The version that a call asks for, whether Nova has it or not; without a header 2.1. */
    static Microversion askedFor(Call call, int newest) {
        String text = call.header("OpenStack-API-Version")
                .flatMap(Microversion::ofCompute)
                .or(() -> call.header("X-OpenStack-Nova-API-Version"))
                .orElse("2.1");
        if (text.equals("latest")) {
            return new Microversion(newest);
        }
        Matcher number = NUMBER.matcher(text);
        if (!number.matches()) {
            throw Refusal.badRequest(
                    "API Version String " + text + " is of invalid format. Must be of format MajorNum.MinorNum.");
        }
        return new Microversion(Integer.parseInt(number.group(1)));
    }

    /** One header can name the versions of several services. */
    private static Optional<String> ofCompute(String header) {
        for (String entry : header.split(",", -1)) {
            String[] words = entry.strip().split("\\s+", -1);
            if (words.length == 2 && words[0].equals("compute")) {
                return Optional.of(words[1]);
            }
        }
        return Optional.empty();
    }

    boolean isAtLeast(int other) {
        return minor >= other;
    }

    @Override
    public String toString() {
        return "2." + minor;
    }
}
