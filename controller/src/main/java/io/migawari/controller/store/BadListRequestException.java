// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

/** A list was asked for in a way that cannot be answered; the message is for the one who asked. */
public final class BadListRequestException extends Exception {

    private static final long serialVersionUID = 1;

    private final String words;

    public BadListRequestException(String words) {
        super(words);
        this.words = words;
    }

    public String words() {
        return words;
    }
}
