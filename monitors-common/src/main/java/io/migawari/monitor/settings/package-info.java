@NullMarked
package io.migawari.monitor.settings;

import org.jspecify.annotations.NullMarked;
