// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

/**
 * The right to work on something that every controller could work on: a {@link Lease} for an incident, an {@link OperationLease} for
 * an operation. It lasts as long as it is renewed in time; whoever takes it over gets a higher epoch, and nothing can be written
 * under a lower one any more.
 *
 * @param <K> the id of what is worked on
 */
public interface Tenure<K> {

    /** What may be worked on. */
    K work();

    /** This process, and no other run of it. */
    String owner();

    long epoch();

    /** What kind of thing it is, in one word: also the key of its id in the log. */
    String kind();
}
