@NullMarked
package io.migawari.monitor.controller;

import org.jspecify.annotations.NullMarked;
