@NullMarked
package io.migawari.db;

import org.jspecify.annotations.NullMarked;
