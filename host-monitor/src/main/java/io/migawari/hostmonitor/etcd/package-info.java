@NullMarked
package io.migawari.hostmonitor.etcd;

import org.jspecify.annotations.NullMarked;
