@NullMarked
package io.migawari.controller.model;

import org.jspecify.annotations.NullMarked;
