// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.migawari.instancemonitor.libvirt;

import org.jspecify.annotations.NullMarked;
