@NullMarked
package io.migawari.controller.cli;

import org.jspecify.annotations.NullMarked;
