// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.controller;

/** Keystone did not give us a token, or its catalogue not an endpoint. The message says why, without any secret. */
final class SignInException extends Exception {

    private static final long serialVersionUID = 1;

    private final String words;

    SignInException(String words) {
        super(words);
        this.words = words;
    }

    String words() {
        return words;
    }
}
