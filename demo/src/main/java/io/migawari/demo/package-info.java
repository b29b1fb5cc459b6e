@NullMarked
package io.migawari.demo;

import org.jspecify.annotations.NullMarked;
