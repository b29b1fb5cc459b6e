@NullMarked
package io.migawari.time;

import org.jspecify.annotations.NullMarked;
