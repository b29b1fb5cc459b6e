// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.controller;

/** What the controller says to a host whose nova-compute is about to start. */
public sealed interface StartWord {

    /** @param reported whether the host is reported as failed, and nothing that would forbid it was begun for that yet */
    record May(boolean reported, String words) implements StartWord {}

    /** What was on the host is being evacuated. */
    record MustWait(String words) implements StartWord {}

    /** No segment has the host, so nobody evacuates it; or it goes by another name. */
    record Stranger(String words) implements StartWord {}

    /** Nobody could be asked, or nobody who understands the question. */
    record NoAnswer(String why) implements StartWord {}
}
