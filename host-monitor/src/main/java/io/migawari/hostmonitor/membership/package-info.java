@NullMarked
package io.migawari.hostmonitor.membership;

import org.jspecify.annotations.NullMarked;
