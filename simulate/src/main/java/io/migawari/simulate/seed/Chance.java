// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.seed;

import java.util.List;
import java.util.Random;

/** What is drawn from one seed. The same seed draws the same, on every machine: {@link Random} is specified to the last bit. */
final class Chance {

    private final Random random;

    Chance(long seed) {
        // neighbouring seeds of Random begin alike; this spreads them
        random = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
    }

    /** True so many times out of a hundred. */
    boolean percent(int percent) {
        return random.nextInt(100) < percent;
    }

    /** Both ends belong to it. */
    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    <T> T of(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    @SafeVarargs
    final <T> T of(T... all) {
        return all[random.nextInt(all.length)];
    }
}
