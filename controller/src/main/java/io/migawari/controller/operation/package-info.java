/** Carries operations out: looks, decides, records, acts; as recoveries are, by other plans. */
@NullMarked
package io.migawari.controller.operation;

import org.jspecify.annotations.NullMarked;
