// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

/** Routes that belong together, and what answers their requests. Any thread may call the answers. */
public interface Resource {

    void addTo(Router router);
}
