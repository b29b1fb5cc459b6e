/** Keystone: users, tokens, the catalogue. */
@NullMarked
package io.migawari.simulator.identity;

import org.jspecify.annotations.NullMarked;
