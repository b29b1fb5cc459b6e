// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.domain;

/**
 * A domain of libvirt.
 *
 * @param uuid of an instance of Nova, the instance's
 */
public record Domain(String uuid, String name) {}
