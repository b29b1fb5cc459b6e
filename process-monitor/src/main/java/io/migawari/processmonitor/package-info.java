// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.migawari.processmonitor;

import org.jspecify.annotations.NullMarked;
