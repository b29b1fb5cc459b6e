@NullMarked
package io.migawari.monitor.spool;

import org.jspecify.annotations.NullMarked;
