// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.http;

/**
 * How often calls of one kind were made.
 *
 * @param path the route's template, and for an action its name: {@code /compute/v2.1/servers/{id}/action#evacuate}
 * @param status of the answer; 0 if there was none
 */
public record CallCount(String method, String path, int status, long times) {}
