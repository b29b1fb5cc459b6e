// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.controller;

/** What became of a sign of life. There is no "later": one that was not heard at once is worth nothing any more. */
public sealed interface Heard {

    record Taken() implements Heard {}

    /** A Masakari, or an older controller of ours, has no place for it. */
    record NotUnderstood() implements Heard {}

    /** It is understood and not wanted, such as that of a host that belongs to no segment. */
    record Refused(String why) implements Heard {}

    record NotHeard(String why) implements Heard {}
}
