// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * A lock that is waited for in virtual time: a thread that waited for one of the JDK's would keep its turn, and nobody could
 * ever let it go on. First come, first served.
 */
final class VirtualLock implements Lock {

    private final VirtualTime time;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean held;

    VirtualLock(VirtualTime time) {
        this.time = time;
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        while (held) {
            time.waitFor(waiting::add);
        }
        held = true;
    }

    @Override
    public void unlock() {
        held = false;
        Runnable next = waiting.poll();
        if (next != null) {
            next.run();
        }
    }

    @Override
    public void lock() {
        throw new UnsupportedOperationException("whoever waits here can be killed");
    }

    @Override
    public boolean tryLock() {
        throw new UnsupportedOperationException("nobody only tries");
    }

    @Override
    public boolean tryLock(long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException("nobody only tries");
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("nobody needs one");
    }
}
