package org.culebra.kernel.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The process-wide team of daemon threads that kernels share out their tasks to.
 *
 * <p>{@link #run} hands the tasks 0 … n−1 out one by one to the calling thread and to the workers; which thread gets which
 * task is chance, so the result of a task must depend on its index only and tasks must not write to the same place. Then
 * results are the same bits with any number of threads. How work is cut into tasks must depend on shapes, never on
 * {@link #threads}.
 *
 * <p>A run inside a task, or while another thread uses the team, happens on the calling thread alone.
 */
public final class Team {
    /** What is done for each task. */
    @FunctionalInterface
    public interface Task {
        /**
         * Does one task.
         *
         * @param task from 0 to the number of tasks − 1
         * @param worker from 0 to {@link Team#threads} − 1, different for any two tasks of one run that overlap in time
         */
        void run(long task, int worker);
    }

    private static final Team SHARED = new Team();
    /** About 20 µs: longer than the gaps between the kernels of one layer, too short to be seen in a process's load. */
    private static final int SPINS = 1_000;
    /** The state of {@link #gate} while no run is open; the low bits still count the workers that are inside. */
    private static final int CLOSED = Integer.MIN_VALUE;

    private static final int DEFAULT_THREADS = Math.max(
            1, Integer.getInteger("culebra.threads", Runtime.getRuntime().availableProcessors()));

    private static final ThreadLocal<Context> CONTEXT = ThreadLocal.withInitial(Context::new);

    /** What the team knows about a thread. */
    private static final class Context {
        int threads = DEFAULT_THREADS;
        boolean busy;
    }

    private final ReentrantLock oneRun = new ReentrantLock();
    private final AtomicInteger gate = new AtomicInteger(CLOSED);
    private final AtomicLong next = new AtomicLong();
    private final List<Worker> workers = new ArrayList<>();

    // Written before the gate opens, read by workers that passed the gate.
    private long tasks;
    private @Nullable Task body;
    private int invited;
    private @Nullable Thread caller;
    private @Nullable Throwable failure;

    /** Counts runs; the workers watch it. */
    private final AtomicLong runs = new AtomicLong();

    private Team() {}

    /** The number of threads that a run from this thread uses, itself included: the property {@code culebra.threads}. */
    public static int threads() {
        return CONTEXT.get().threads;
    }

    /** Runs {@code action} with another number of threads for the runs that this thread starts. */
    public static void withThreads(int threads, Runnable action) {
        if (threads < 1) {
            throw new IllegalArgumentException("a team needs at least one thread, got " + threads);
        }
        Context context = CONTEXT.get();
        int before = context.threads;
        context.threads = threads;
        try {
            action.run();
        } finally {
            context.threads = before;
        }
    }

    /**
     * Does tasks 0 to {@code tasks} − 1 and returns when all are done.
     *
     * <p>When a task throws, tasks that have not begun are dropped and the first exception is rethrown here, with those of
     * other tasks as suppressed ones.
     */
    public static void run(long tasks, Task body) {
        Context context = CONTEXT.get();
        if (tasks <= 1 || context.threads == 1 || context.busy || !SHARED.oneRun.tryLock()) {
            for (long task = 0; task < tasks; task++) {
                body.run(task, 0);
            }
            return;
        }
        context.busy = true;
        try {
            SHARED.share(tasks, body, (int) Math.min(context.threads, tasks));
        } finally {
            context.busy = false;
            SHARED.oneRun.unlock();
        }
    }

    private void share(long count, Task work, int threads) {
        while (workers.size() < threads - 1) {
            workers.add(new Worker(this, workers.size() + 1));
        }
        tasks = count;
        body = work;
        invited = threads - 1;
        caller = Thread.currentThread();
        failure = null;
        next.set(0);
        gate.set(0);
        runs.set(runs.getPlain() + 1); // no other thread writes it: this one holds the lock
        for (int i = 0; i < threads - 1; i++) {
            workers.get(i).wake();
        }
        work(work, count, 0);
        awaitWorkers();
        body = null;
        caller = null;
        if (failure != null) {
            rethrow(failure);
        }
    }

    /** Takes tasks until none is left. */
    private void work(Task work, long count, int worker) {
        try {
            for (long task = next.getAndIncrement(); task < count; task = next.getAndIncrement()) {
                work.run(task, worker);
            }
        } catch (Throwable thrown) {
            next.set(count);
            note(thrown);
        }
    }

    private synchronized void note(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        } else if (!failure.equals(thrown)) {
            failure.addSuppressed(thrown);
        }
    }

    private static void rethrow(Throwable failure) {
        switch (failure) {
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            default -> throw new IllegalStateException(failure); // a task declares no checked exception
        }
    }

    /** Closes the gate and waits for those inside; a worker that has not woken up by now is not waited for. */
    private void awaitWorkers() {
        int inside = gate.addAndGet(CLOSED) & ~CLOSED;
        boolean interrupted = false;
        for (int spin = 0; inside > 0; inside = gate.get() & ~CLOSED) {
            if (spin++ < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
                interrupted |= Thread.interrupted(); // or park would return at once from now on
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** True if the gate was open: the run cannot end before {@link #leave}. */
    private boolean enter() {
        for (int inside = gate.get(); inside >= 0; inside = gate.get()) {
            if (gate.compareAndSet(inside, inside + 1)) {
                return true;
            }
        }
        return false;
    }

    private void leave() {
        Thread waiting = caller; // before the decrement: after it, this run may be over
        if (gate.decrementAndGet() == CLOSED) {
            LockSupport.unpark(waiting);
        }
    }

    /** A daemon thread that waits for runs: it spins for a while, then it sleeps. */
    private static final class Worker implements Runnable {
        private final Team team;
        private final int index;
        private final Thread thread;
        private long seen;
        private volatile boolean asleep;

        Worker(Team team, int index) {
            this.team = team;
            this.index = index;
            seen = team.runs.get();
            thread = Thread.ofPlatform().daemon().name("culebra-" + index).start(this);
        }

        void wake() {
            if (asleep) {
                LockSupport.unpark(thread);
            }
        }

        @Override
        public void run() {
            CONTEXT.get().busy = true; // what a task runs in its turn stays on its thread
            while (true) {
                awaitRun();
                if (team.enter()) {
                    Task work = team.body;
                    if (index <= team.invited && work != null) {
                        team.work(work, team.tasks, index);
                    }
                    team.leave();
                }
            }
        }

        private void awaitRun() {
            for (int spin = 0; spin < SPINS; spin++) {
                if (team.runs.get() != seen) {
                    seen = team.runs.get();
                    return;
                }
                Thread.onSpinWait();
            }
            asleep = true;
            while (team.runs.get() == seen) {
                LockSupport.park(team);
            }
            asleep = false;
            seen = team.runs.get();
        }
    }
}
