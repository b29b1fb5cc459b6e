/** What is done about an operation: pure, as all decisions. */
@NullMarked
package io.migawari.controller.decision.operation;

import org.jspecify.annotations.NullMarked;
