/** The HTTP front: routes, answers, the count of calls, and faults that hit requests. Knows nothing of OpenStack. */
@NullMarked
package io.migawari.simulator.http;

import org.jspecify.annotations.NullMarked;
