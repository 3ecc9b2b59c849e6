package org.culebra.kernel.parallel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class TeamTest {
    @Test
    void everyTaskIsDoneOnce() {
        for (int threads = 1; threads <= 5; threads++) {
            Team.withThreads(threads, () -> {
                for (int tasks = 0; tasks < 300; tasks++) {
                    AtomicIntegerArray done = new AtomicIntegerArray(tasks);
                    Team.run(tasks, (task, worker) -> done.incrementAndGet((int) task));
                    for (int task = 0; task < tasks; task++) {
                        assertEquals(1, done.get(task));
                    }
                }
            });
        }
    }

    @Test
    void threadsShareTheWork() {
        meetInTasks();
    }

    private static void meetInTasks() {
        // Each task waits for another one: only threads side by side can do them.
        Team.withThreads(3, () -> {
            CyclicBarrier meeting = new CyclicBarrier(3);
            boolean[] seen = new boolean[3];
            Team.run(3, (task, worker) -> {
                await(meeting);
                seen[worker] = true;
            });
            assertArrayEquals(new boolean[] {true, true, true}, seen);
        });
    }

    @Test
    void sleepersWakeUp() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            Thread.sleep(5); // far longer than a worker spins
            meetInTasks();
        }
    }

    @Test
    void runsInsideTasksStayOnTheirThread() {
        Team.withThreads(2, () -> {
            AtomicLong sum = new AtomicLong();
            Team.run(10, (outer, worker) -> {
                Thread here = Thread.currentThread();
                Team.run(10, (inner, innerWorker) -> {
                    assertSame(here, Thread.currentThread());
                    assertEquals(0, innerWorker);
                    sum.addAndGet(10 * outer + inner);
                });
            });
            assertEquals(99 * 100 / 2, sum.get());
        });
    }

    @Test
    void firstExceptionReachesTheCallerWithTheOthers() {
        Team.withThreads(2, () -> {
            CyclicBarrier meeting = new CyclicBarrier(2);
            var thrown = assertThrows(
                    UnsupportedOperationException.class,
                    () -> Team.run(2, (task, worker) -> {
                        await(meeting);
                        throw new UnsupportedOperationException("task " + task);
                    }));
            assertEquals(1, thrown.getSuppressed().length);
            AtomicLong done = new AtomicLong();
            Team.run(2, (task, worker) -> done.incrementAndGet());
            assertEquals(2, done.get(), "the team works on");
        });
    }

    @Test
    void tasksAfterAnExceptionAreDropped() {
        Team.withThreads(2, () -> {
            AtomicLong done = new AtomicLong();
            assertThrows(
                    AssertionError.class,
                    () -> Team.run(1_000_000_000_000L, (task, worker) -> {
                        if (done.incrementAndGet() == 100) {
                            throw new AssertionError("enough");
                        }
                    }));
            assertTrue(done.get() < 1_000_000_000_000L);
        });
    }

    @Test
    void callersSideBySide() throws InterruptedException {
        Thread[] callers = new Thread[3];
        long[] sums = new long[callers.length];
        for (int c = 0; c < callers.length; c++) {
            int caller = c;
            callers[c] = Thread.ofPlatform()
                    .start(() -> Team.withThreads(3, () -> {
                        AtomicLong sum = new AtomicLong();
                        for (int run = 0; run < 500; run++) {
                            Team.run(20, (task, worker) -> sum.addAndGet(task));
                        }
                        sums[caller] = sum.get();
                    }));
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertArrayEquals(new long[] {95_000, 95_000, 95_000}, sums, Arrays.toString(sums));
    }

    @Test
    void anInterruptedCallerWaitsAndStaysInterrupted() {
        Team.withThreads(2, () -> {
            CyclicBarrier meeting = new CyclicBarrier(2);
            AtomicLong done = new AtomicLong();
            Thread caller = Thread.currentThread();
            Team.run(2, (task, worker) -> {
                await(meeting);
                if (worker == 0) {
                    caller.interrupt();
                } else {
                    pause();
                }
                done.incrementAndGet();
            });
            assertEquals(2, done.get());
            assertTrue(Thread.interrupted());
        });
    }

    @Test
    void rejectsNoThreads() {
        assertThrows(IllegalArgumentException.class, () -> Team.withThreads(0, () -> {}));
    }

    @Test
    void scratchIsKeptAndGrown() {
        var small = Scratch.take(Scratch.Slot.RESULT, 100);
        assertSame(small, Scratch.take(Scratch.Slot.RESULT, 200));
        var large = Scratch.take(Scratch.Slot.RESULT, 1_000_001);
        assertTrue(large.byteSize() >= 1_000_001);
        assertEquals(0, large.address() % 64);
        assertSame(large, Scratch.take(Scratch.Slot.RESULT, 100));
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(30);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
