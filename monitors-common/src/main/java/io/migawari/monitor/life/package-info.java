@NullMarked
package io.migawari.monitor.life;

import org.jspecify.annotations.NullMarked;
