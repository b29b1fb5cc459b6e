@NullMarked
package io.migawari.controller.api;

import org.jspecify.annotations.NullMarked;
