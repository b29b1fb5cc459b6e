@NullMarked
package io.migawari.controller.ops;

import org.jspecify.annotations.NullMarked;
