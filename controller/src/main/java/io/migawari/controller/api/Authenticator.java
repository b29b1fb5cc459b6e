// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.config.ApiSettings.Authentication;
import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.cloud.Identity;
import io.migawari.controller.cloud.Identity.Caller;
import io.migawari.time.Time;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who may call: with Keystone, the owner of a token that has the role {@code admin}. Tokens are kept, as digests, for a
 * minute at most, so that one that was withdrawn stops working soon; for signs of life, of which there are hundreds a second
 * in a large cloud, for five. Safe for any thread.
 */
final class Authenticator {

    private static final Duration KEEP = Duration.ofMinutes(1);
    private static final Duration KEEP_FOR_SIGNS = Duration.ofMinutes(5);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Three monitors on each of three thousand hosts. */
    private static final int MOST_KEPT = 10_000;

    private record Kept(Caller caller, Instant since) {

        boolean isGood(Instant now, Duration keep) {
            return now.isBefore(since.plus(keep)) && now.isBefore(caller.expiresAt());
        }
    }

    private final Authentication how;
    private final Identity identity;
    private final Time time;
    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

    Authenticator(Authentication how, Identity identity, Time time) {
        this.how = how;
        this.identity = identity;
        this.time = time;
    }

    /**
     * Somebody who calls.
     *
     * @param name a user's, or the address where nobody is asked who he is
     * @param id of the user in Keystone
     * @param isAdmin whether he may command the controller
     */
    record Who(String name, Optional<String> id, boolean isAdmin) {

        /** @throws ApiException 403 if he may not */
        void requireAdmin() throws ApiException {
            if (!isAdmin) {
                throw new ApiException(403, "Policy doesn't allow this to be performed: it needs the role admin.");
            }
        }
    }

    /**
     * @param address where the request came from
     * @throws ApiException 401, or 503 if Keystone cannot be asked
     */
    Who identify(Optional<String> token, String address) throws ApiException, InterruptedException {
        return identify(token, address, KEEP);
    }

    /** As {@link #identify(Optional, String)}, for what monitors say every few seconds. */
    Who identifyMonitor(Optional<String> token, String address) throws ApiException, InterruptedException {
        return identify(token, address, KEEP_FOR_SIGNS);
    }

    private Who identify(Optional<String> token, String address, Duration keep)
            throws ApiException, InterruptedException {
        return switch (how) {
            case NONE -> new Who(address, Optional.empty(), true);
            case KEYSTONE -> {
                Caller caller = caller(token.orElseThrow(() -> unauthorized()), keep);
                yield new Who(
                        caller.user(),
                        Optional.of(caller.userId()),
                        caller.roles().contains("admin"));
            }
        };
    }

    private Caller caller(String token, Duration keep) throws ApiException, InterruptedException {
        String digest = digest(token);
        Kept known = kept.get(digest);
        if (known != null && known.isGood(time.now(), keep)) {
            return known.caller();
        }
        try {
            Caller caller = identity.callerOf(token, PATIENCE).orElseThrow(() -> unauthorized());
            if (kept.size() >= MOST_KEPT) {
                kept.clear();
            }
            kept.put(digest, new Kept(caller, time.now()));
            return caller;
        } catch (CloudException e) {
            throw new ApiException(503, "Keystone cannot be asked about the token: " + e.words());
        }
    }

    private static ApiException unauthorized() {
        return new ApiException(401, "The request you have made requires authentication.");
    }

    private static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
