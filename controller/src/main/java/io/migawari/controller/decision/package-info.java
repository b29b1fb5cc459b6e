@NullMarked
package io.migawari.controller.decision;

import org.jspecify.annotations.NullMarked;
