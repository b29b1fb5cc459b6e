@NullMarked
package io.migawari.hostmonitor.judgement;

import org.jspecify.annotations.NullMarked;
