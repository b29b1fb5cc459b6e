/** The HTTP front: routes, answers, the count of calls, and faults that hit requests. Knows nothing of the cloud behind it. */
@NullMarked
package io.migawari.simulator.http;

import org.jspecify.annotations.NullMarked;
