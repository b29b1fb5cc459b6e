/** The controller's main parts, wired together. */
@NullMarked
package io.migawari.controller;

import org.jspecify.annotations.NullMarked;
