// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.migawari.instancemonitor.domain;

import org.jspecify.annotations.NullMarked;
