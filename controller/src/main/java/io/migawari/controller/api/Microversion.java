// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which version of Masakari's API a request speaks: 1.0 to 1.3. What each of them has added is asked here, by name. */
record Microversion(int minor) {

    static final String HEADER = "OpenStack-API-Version";

    static final Microversion OLDEST = new Microversion(0);
    static final Microversion NEWEST = new Microversion(3);

    private static final String SERVICE = "instance-ha";
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]*)\\.([1-9][0-9]*|0)");

    /** Only Masakari's API has these versions; where else they are asked for, that means nothing. */
    static boolean appliesTo(String path) {
        return path.equals("/v1") || path.startsWith("/v1/");
    }

    /**
     * The one that is asked for; clients that do not ask, or ask it of other services, speak the oldest.
     *
     * @param headers every value of the header; each may name several services
     * @throws ApiException 400 if it is no version, 406 if it is one that we do not speak
     */
    static Microversion of(List<String> headers) throws ApiException {
        String asked = asked(headers);
        if (asked.isEmpty()) {
            return OLDEST;
        }
        if (asked.equals("latest")) {
            return NEWEST;
        }
        Matcher form = FORM.matcher(asked);
        if (!form.matches()) {
            throw ApiException.badRequest(
                    "API Version String " + asked + " is of invalid format. Must be of format MajorNum.MinorNum.");
        }
        for (int minor = OLDEST.minor; minor <= NEWEST.minor; minor++) {
            var known = new Microversion(minor);
            if (asked.equals(known.toString())) {
                return known;
            }
        }
        throw new ApiException(
                406,
                "Version " + asked + " is not supported by the API. Minimum is " + OLDEST + " and maximum is " + NEWEST
                        + ".");
    }

    /** What an answer is labelled with: the version that it is in. What cannot be understood is refused in the oldest. */
    static String label(List<String> headers) {
        Microversion version;
        try {
            version = of(headers);
        } catch (ApiException e) {
            version = OLDEST;
        }
        return SERVICE + " " + version;
    }

    /** Whoever says it twice means the last. */
    private static String asked(List<String> headers) {
        String asked = "";
        for (String header : headers) {
            for (String service : header.split(",", -1)) {
                String[] words = service.strip().split("\\s+", 2);
                if (words.length == 2 && words[0].equalsIgnoreCase(SERVICE)) {
                    asked = words[1];
                }
            }
        }
        return asked;
    }

    /** A notification tells how far its recovery has come, step by step. */
    boolean tellsTheWorkflow() {
        return minor >= 1;
    }

    /** A segment can be created disabled, and be disabled. */
    boolean canDisableSegments() {
        return minor >= 2;
    }

    @Override
    public String toString() {
        return "1." + minor;
    }
}
