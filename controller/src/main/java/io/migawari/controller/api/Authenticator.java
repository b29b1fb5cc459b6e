// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.config.ApiSettings;
import io.migawari.config.ApiSettings.Authentication;
import io.migawari.config.ApiSettings.Roles;
import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.cloud.Identity;
import io.migawari.controller.cloud.Identity.Caller;
import io.migawari.controller.cloud.Identity.Scope;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Who calls: with Keystone, the owner of a token. What Keystone says of a token is kept, under the token's digest, for a
 * minute at most and never beyond the token's end, so that one that was withdrawn stops working soon. Safe for any thread.
 */
final class Authenticator {

    private static final Duration KEEP = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Three monitors on each of three thousand hosts. */
    private static final int MOST_KEPT = 10_000;

    /** @param until counted from before Keystone was asked, by a clock that nobody can set back */
    private record Kept(Caller caller, Deadline until) {}

    private final Authentication how;
    private final Roles roles;
    private final Identity identity;
    private final Time time;
    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

    Authenticator(ApiSettings settings, Identity identity, Time time) {
        this.how = settings.authentication();
        this.roles = settings.roles();
        this.identity = identity;
        this.time = time;
    }

    /**
     * Somebody who calls.
     *
     * @param name a user's, or the address where nobody is asked who he is
     * @param id of the user in Keystone
     * @param elsewhere roles that he has, but in a project where they do not count
     */
    record Who(String name, Optional<String> id, Set<Role> roles, Set<Role> elsewhere) {

        Who {
            roles = Set.copyOf(roles);
            elsewhere = Set.copyOf(elsewhere);
        }

        /** Somebody whom nobody asks who he is. */
        static Who at(String address, Set<Role> roles) {
            return new Who(address, Optional.empty(), roles, Set.of());
        }

        boolean isAdmin() {
            return roles.contains(Role.ADMIN);
        }

        /** @throws ApiException 403, naming the roles one of which is missing */
        void require(Router.Access access) throws ApiException {
            if (access.roles().isEmpty() || !Collections.disjoint(roles, access.roles())) {
                return;
            }
            boolean hasItElsewhere = !Collections.disjoint(elsewhere, access.roles());
            throw new ApiException(
                    403,
                    "Policy doesn't allow this to be performed: it needs the role " + words(access.roles())
                            + (hasItElsewhere
                                    ? ", and the token is for a project in which that does not count (api.roles.projects)."
                                    : "."));
        }

        private static String words(Set<Role> roles) {
            return Arrays.stream(Role.values())
                    .filter(roles::contains)
                    .map(Role::word)
                    .collect(Collectors.joining(" or "));
        }
    }

    /**
     * @param address where the request came from
     * @throws ApiException 401, or 503 if Keystone cannot be asked
     */
    Who identify(Optional<String> token, String address) throws ApiException, InterruptedException {
        return switch (how) {
            case NONE -> Who.at(address, EnumSet.allOf(Role.class));
            case KEYSTONE -> who(caller(token.orElseThrow(() -> unauthorized())));
        };
    }

    /** Whether a token is known to be good, and to give a role, without asking. */
    boolean knows(String token) {
        Kept known = kept.get(digest(token));
        return known != null && isGood(known) && !who(known.caller()).roles().isEmpty();
    }

    /** Where callers without a token get one, as a 401 says it. */
    String challenge() {
        return "Keystone uri=\"" + identity.signInAddress() + "\"";
    }

    private Who who(Caller caller) {
        Set<Role> here = EnumSet.noneOf(Role.class);
        Set<Role> elsewhere = EnumSet.noneOf(Role.class);
        for (Role role : Role.values()) {
            if (!Collections.disjoint(names(role), caller.roles())) {
                (counts(role, caller.scope()) ? here : elsewhere).add(role);
            }
        }
        return new Who(caller.user(), Optional.of(caller.userId()), here, elsewhere);
    }

    private Set<String> names(Role role) {
        return switch (role) {
            case ADMIN -> roles.admin();
            case SERVICE -> roles.service();
            case READER -> roles.reader();
        };
    }

    private boolean counts(Role role, Scope scope) {
        if (scope instanceof Scope.WholeSystem) {
            return true;
        }
        if (scope instanceof Scope.Project project) {
            Set<String> allowed = role == Role.ADMIN ? roles.adminProjects() : roles.projects();
            return allowed.contains(Roles.ANY)
                    || (allowed.contains(Roles.OWN) && project.isOurs())
                    || allowed.contains(project.id());
        }
        return false;
    }

    private Caller caller(String token) throws ApiException, InterruptedException {
        String digest = digest(token);
        Kept known = kept.get(digest);
        if (known != null && isGood(known)) {
            return known.caller();
        }
        kept.remove(digest);
        Deadline until = time.deadlineAfter(KEEP);
        try {
            Caller caller = identity.callerOf(token, PATIENCE)
                    .filter(found -> time.now().isBefore(found.expiresAt()))
                    .orElseThrow(() -> unauthorized());
            keep(digest, new Kept(caller, until));
            return caller;
        } catch (CloudException e) {
            throw new ApiException(503, "Keystone cannot be asked about the token: " + e.words());
        }
    }

    private boolean isGood(Kept known) {
        return !known.until().isPast() && time.now().isBefore(known.caller().expiresAt());
    }

    private void keep(String digest, Kept caller) {
        if (kept.size() >= MOST_KEPT) {
            kept.values().removeIf(old -> !isGood(old));
        }
        if (kept.size() >= MOST_KEPT) {
            kept.clear();
        }
        kept.put(digest, caller);
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
