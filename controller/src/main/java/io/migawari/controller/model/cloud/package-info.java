@NullMarked
package io.migawari.controller.model.cloud;

import org.jspecify.annotations.NullMarked;
