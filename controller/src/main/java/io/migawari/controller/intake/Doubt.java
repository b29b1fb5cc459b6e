// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.intake;

/**
 * Why a report is not simply believed. It is answered with these words and kept in the audit; what it still leads to, its kind
 * says.
 *
 * @param words a whole sentence, for the sender and for who reads the audit
 */
public record Doubt(Kind kind, String words) {

    public enum Kind {
        /** No segment has the host: nothing is stored. */
        UNKNOWN_HOST,
        /** Its time is a little ahead of ours: it counts as seen now. */
        AHEAD,
        /** Its time is far ahead of ours: it counts as seen now, and proves no death. */
        FROM_THE_FUTURE,
        /** It is more than a day old: the host may have had another life since, so that it proves no death. */
        LONG_PAST,
        /** It was stored, or its failure dealt with, and comes again too late for being another monitor's copy: nothing is stored. */
        REPLAYED,
        /** Something else that is known says otherwise: it is taken in, and the gates weigh the two. */
        CONTRADICTED
    }

    /** Whether it takes from a report what it would prove. */
    boolean isOfItsProof() {
        return kind == Kind.FROM_THE_FUTURE || kind == Kind.LONG_PAST;
    }
}
