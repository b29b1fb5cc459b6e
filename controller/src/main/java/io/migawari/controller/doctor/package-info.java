// SPDX-License-Identifier: Apache-2.0
/** Everything that would make a recovery fail, found beforehand. */
@NullMarked
package io.migawari.controller.doctor;

import org.jspecify.annotations.NullMarked;
