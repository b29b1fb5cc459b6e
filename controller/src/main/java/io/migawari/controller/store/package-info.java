@NullMarked
package io.migawari.controller.store;

import org.jspecify.annotations.NullMarked;
