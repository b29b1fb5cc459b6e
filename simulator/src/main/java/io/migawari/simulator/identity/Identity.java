// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.identity;

import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** Keystone's users and tokens. Safe for any thread. */
public final class Identity {

    private final Time time;
    private final List<User> users = new ArrayList<>(List.of(User.ADMIN));
    private final List<ApplicationCredential> credentials = new ArrayList<>();
    private final Map<String, Token> tokens = new HashMap<>();
    private Duration tokenLifetime = Duration.ofHours(24);
    private boolean refusesSignIns;
    private long signIns;

    public Identity(Time time) {
        this.time = time;
    }

    public synchronized void addUser(User user) {
        users.add(user);
    }

    public synchronized void addApplicationCredential(ApplicationCredential credential) {
        credentials.add(credential);
    }

    /** For tokens that are given out from now on; 24 h at first. */
    public synchronized void setTokenLifetime(Duration lifetime) {
        tokenLifetime = lifetime;
    }

    /** All tokens given out so far are unknown from now on. */
    public synchronized void revokeAllTokens() {
        tokens.clear();
    }

    /** Whether even right passwords are answered with 401. */
    public synchronized void refuseSignIns(boolean refuse) {
        refusesSignIns = refuse;
    }

    public synchronized boolean refusesSignIns() {
        return refusesSignIns;
    }

    /** How many tokens have been given out. */
    public synchronized long signIns() {
        return signIns;
    }

    /** The token of that value, if it was given out and has not expired. */
    public synchronized Optional<Token> token(String value) {
        return Optional.ofNullable(tokens.get(value))
                .filter(token -> token.expiresAt().isAfter(time.now()));
    }

    synchronized Optional<User> user(Predicate<User> who, String password) {
        return users.stream()
                .filter(who)
                .filter(user -> user.password().equals(password))
                .findFirst();
    }

    synchronized Optional<ApplicationCredential> credential(Predicate<ApplicationCredential> which) {
        return credentials.stream().filter(which).findFirst();
    }

    synchronized Optional<Token> signIn(User user, String method, Token.Scope scope) {
        if (refusesSignIns) {
            return Optional.empty();
        }
        Instant now = time.now();
        String value = "simulated-" + UUID.randomUUID();
        Token token = new Token(value, user, method, scope, now, now.plus(tokenLifetime));
        tokens.put(value, token);
        signIns++;
        return Optional.of(token);
    }
}
