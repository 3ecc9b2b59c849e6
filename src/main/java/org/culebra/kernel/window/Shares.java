package org.culebra.kernel.window;

import org.culebra.kernel.parallel.Team;

/** Cuts a run over many items into tasks, by their number and cost only. */
final class Shares {
    /** Elements per task: some ten microseconds of work. */
    private static final long WORTH = 1 << 15;

    private static final long MOST_TASKS = 64;

    private Shares() {}

    /** What is done for items {@code from} to {@code to} − 1. */
    @FunctionalInterface
    interface Part {
        /** Does the items. */
        void run(long from, long to);
    }

    /** Does all items, each of which reads or writes {@code cost} elements. */
    static void run(long items, long cost, Part part) {
        long each = Math.max(Math.ceilDiv(items, MOST_TASKS), Math.ceilDiv(WORTH, Math.max(cost, 1)));
        long tasks = Math.ceilDiv(items, each);
        Team.run(tasks, (task, worker) -> part.run(task * each, Math.min(items, (task + 1) * each)));
    }
}
