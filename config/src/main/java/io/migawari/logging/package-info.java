@NullMarked
package io.migawari.logging;

import org.jspecify.annotations.NullMarked;
