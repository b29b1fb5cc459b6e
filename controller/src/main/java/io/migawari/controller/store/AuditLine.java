// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import java.util.Optional;

/**
 * What somebody has asked, and what he was answered.
 *
 * @param targetName of what it was about, if that is known by an id
 * @param answer absent: the controller was stopped before it could answer
 */
public record AuditLine(long number, Asked asked, Optional<String> targetName, Optional<Answer> answer) {

    /**
     * @param status of HTTP: below 300 it was done
     * @param words why it was refused
     */
    public record Answer(int status, Optional<String> words) {

        public boolean isDone() {
            return status < 300;
        }
    }
}
