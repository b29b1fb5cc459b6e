// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

/** Where a controller's calls go. */
public enum Way {
    DATABASE,
    NOVA,
    KEYSTONE,
    FENCING
}
