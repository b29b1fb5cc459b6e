// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.migawari.processmonitor.masakari;

import org.jspecify.annotations.NullMarked;
