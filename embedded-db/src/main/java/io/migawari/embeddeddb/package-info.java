@NullMarked
package io.migawari.embeddeddb;

import org.jspecify.annotations.NullMarked;
