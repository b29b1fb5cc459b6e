@NullMarked
package io.migawari.controller.work;

import org.jspecify.annotations.NullMarked;
