@NullMarked
package io.migawari.config;

import org.jspecify.annotations.NullMarked;
