// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.migawari.instancemonitor;

import org.jspecify.annotations.NullMarked;
