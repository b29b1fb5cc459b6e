@NullMarked
package io.migawari.controller.recovery;

import org.jspecify.annotations.NullMarked;
