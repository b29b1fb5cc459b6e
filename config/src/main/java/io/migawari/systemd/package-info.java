@NullMarked
package io.migawari.systemd;

import org.jspecify.annotations.NullMarked;
