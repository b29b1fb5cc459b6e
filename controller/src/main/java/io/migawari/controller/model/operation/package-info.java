/** What people ask for before anything fails: operations, and the instances that they move. */
@NullMarked
package io.migawari.controller.model.operation;

import org.jspecify.annotations.NullMarked;
