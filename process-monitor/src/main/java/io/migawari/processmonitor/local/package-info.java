// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.migawari.processmonitor.local;

import org.jspecify.annotations.NullMarked;
