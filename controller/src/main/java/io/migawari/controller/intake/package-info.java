@NullMarked
package io.migawari.controller.intake;

import org.jspecify.annotations.NullMarked;
