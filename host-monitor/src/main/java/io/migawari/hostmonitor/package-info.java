@NullMarked
package io.migawari.hostmonitor;

import org.jspecify.annotations.NullMarked;
