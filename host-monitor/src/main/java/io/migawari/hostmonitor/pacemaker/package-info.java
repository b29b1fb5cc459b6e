@NullMarked
package io.migawari.hostmonitor.pacemaker;

import org.jspecify.annotations.NullMarked;
