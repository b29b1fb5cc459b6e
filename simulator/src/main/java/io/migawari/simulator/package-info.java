@NullMarked
package io.migawari.simulator;

import org.jspecify.annotations.NullMarked;
