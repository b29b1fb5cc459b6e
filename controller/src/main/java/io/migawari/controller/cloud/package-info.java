@NullMarked
package io.migawari.controller.cloud;

import org.jspecify.annotations.NullMarked;
