// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.work;

import java.time.Duration;

/** What a pass comes to: whether the work is over, and if not, when to look again. */
public record Passed(boolean isOver, Duration lookAgain) {}
