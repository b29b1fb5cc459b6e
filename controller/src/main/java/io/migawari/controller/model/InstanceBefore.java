// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

/**
 * An instance as Nova showed it before we touched it.
 *
 * @param states Nova's vm_state/task_state
 */
public record InstanceBefore(String name, String states) {}
