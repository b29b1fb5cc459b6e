// SPDX-License-Identifier: Apache-2.0
/** What is looked at, one idea a class. Pure: facts in, findings out. */
@NullMarked
package io.migawari.controller.doctor.check;

import org.jspecify.annotations.NullMarked;
