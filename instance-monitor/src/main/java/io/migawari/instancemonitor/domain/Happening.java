// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.domain;

/** Something that the hypervisor tells of by itself. */
public sealed interface Happening {

    /** There is a connection; what happened before it is unknown. */
    record Connected() implements Happening {}

    record Disconnected(String why) implements Happening {}

    /** More has happened than could be taken in. */
    record Missed() implements Happening {}

    /** @param words as libvirt says it, with its numbers and whatever else it tells */
    record OfDomain(Domain domain, Sign sign, String words) implements Happening {}
}
