/** As much of Cinder and Glance as shows where a volume is and that an image is there. */
@NullMarked
package io.migawari.simulator.storage;

import org.jspecify.annotations.NullMarked;
