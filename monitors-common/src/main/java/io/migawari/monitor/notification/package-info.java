@NullMarked
package io.migawari.monitor.notification;

import org.jspecify.annotations.NullMarked;
