@NullMarked
package io.migawari.logging.syslog;

import org.jspecify.annotations.NullMarked;
