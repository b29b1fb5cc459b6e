// SPDX-License-Identifier: Apache-2.0
/** Alerts on their way to people: found, and taken to webhooks. */
@NullMarked
package io.migawari.controller.alert;

import org.jspecify.annotations.NullMarked;
