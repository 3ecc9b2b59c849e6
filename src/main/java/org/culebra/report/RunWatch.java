package org.culebra.report;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts the changes of a run folder. It looks at sizes and times twice a second or, where the page takes long to make, less often: a network folder, a container's or a
 * full table of system watches would not tell of a change by itself.
 */
final class RunWatch implements AutoCloseable {
    private static final long PAUSE_MILLIS = 500;
    private static final long SILENCE_SECONDS = 10;
    private static final long FAREWELL_MILLIS = 400;

    /** Of its time the machine spends a fifth on the page at the most: the rest belongs to the training. */
    private static final long REST = 4;

    private final Path run;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition left = lock.newCondition();
    private long version;
    private int inside;
    private boolean closed;

    /** Nanoseconds that it takes to show a change. */
    private long cost;

    RunWatch(Path run) {
        this.run = run;
        Thread.ofPlatform().daemon().name("culebra-run-watch").start(this::look);
    }

    private void look() {
        String before = RunFolder.signature(run);
        while (!pause()) {
            String now = RunFolder.signature(run);
            if (!now.equals(before)) {
                before = now;
                lock.lock();
                try {
                    version++;
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    /** Returns early, and true, when there is nothing to watch any more. */
    private boolean pause() {
        lock.lock();
        try {
            long rest = Math.max(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS), REST * cost);
            while (!closed && rest > 0) {
                rest = changed.awaitNanos(rest);
            }
            return closed;
        } catch (InterruptedException e) {
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The version, as soon as it is another than the one seen, or after some silence, or at the end. */
    long awaitAfter(long seen) throws InterruptedException {
        lock.lock();
        try {
            long rest = TimeUnit.SECONDS.toNanos(SILENCE_SECONDS);
            while (!closed && version == seen && rest > 0) {
                rest = changed.awaitNanos(rest);
            }
            return version;
        } finally {
            lock.unlock();
        }
    }

    /** Tells how long it took to show the last change: the longer, the rarer are the next. */
    void took(long nanos) {
        lock.lock();
        try {
            cost = nanos;
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** False if there are enough inside already. */
    boolean enter(int most) {
        lock.lock();
        try {
            boolean room = inside < most && !closed;
            inside += room ? 1 : 0;
            return room;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            inside--;
            left.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Wakes all who wait, and gives them a moment to say goodbye. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            long rest = TimeUnit.MILLISECONDS.toNanos(FAREWELL_MILLIS);
            while (inside > 0 && rest > 0) {
                rest = left.awaitNanos(rest);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
