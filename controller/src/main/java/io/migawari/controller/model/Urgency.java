// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

/** What comes first when there is more to do than can be done at once. Named as the kinds of incidents; the first is most urgent. */
public enum Urgency {
    /** All instances of a host are down. */
    HOST,
    /** One is. */
    VM,
    /** Nothing is down yet. */
    PROCESS,
    /** Nothing is down any more. */
    RETURN
}
