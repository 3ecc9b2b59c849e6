package org.culebra.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class ScopeTest {
    @AfterEach
    void nothingIsLeftOpen() {
        assertNull(Scope.current());
        Pool.check();
    }

    @Test
    void nest() {
        assertNull(Scope.current());
        try (Scope outer = Scope.open("outer")) {
            Buffer a = Buffer.allocate(100);
            Scope inner = Scope.open("inner");
            assertSame(inner, Scope.current());
            Buffer b = Buffer.allocate(200);
            assertEquals(128, outer.bytesHeld());
            assertEquals(256, inner.bytesHeld());
            inner.close();
            assertFalse(b.isOpen());
            assertFalse(inner.isOpen());
            assertEquals(0, inner.bytesHeld());
            assertSame(outer, Scope.current());
            assertTrue(a.isOpen());
        }
    }

    @Test
    void keepHandsOnlyThatBufferOut() {
        Buffer kept;
        try (Scope outer = Scope.open("outer")) {
            Buffer dropped;
            try (Scope inner = Scope.open("inner")) {
                Buffer before = Buffer.allocate(64);
                kept = Buffer.allocate(1000);
                dropped = Buffer.allocate(64);
                kept.segment().set(ValueLayout.JAVA_INT, 0, 17);
                inner.keep(kept);
                assertEquals(128, inner.bytesHeld());
                inner.keep(kept); // it belongs to the outer scope now, which is what was asked for
                before.release();
                assertEquals(64, inner.bytesHeld());
            }
            assertFalse(dropped.isOpen());
            assertEquals(1024, outer.bytesHeld());
            assertEquals(17, kept.segment().get(ValueLayout.JAVA_INT, 0));
            outer.keep(kept);
            assertEquals(0, outer.bytesHeld());
        }
        assertEquals(17, kept.segment().get(ValueLayout.JAVA_INT, 0));
        kept.release();
    }

    @Test
    void keepPassesThroughInnerScopes() {
        Buffer kept;
        try (Scope outer = Scope.open("outer")) {
            try (Scope middle = Scope.open("middle");
                    Scope inner = Scope.open("inner")) {
                kept = Buffer.allocate(1);
                middle.keep(kept);
                assertEquals(0, inner.bytesHeld());
            }
            assertTrue(kept.isOpen());
            assertEquals(64, outer.bytesHeld());
        }
        assertFalse(kept.isOpen());
    }

    @Test
    void keepRefusesWhatIsClosed() {
        Scope closed = Scope.open("first");
        Buffer buffer = Buffer.allocate(8);
        closed.close();
        assertMessage("cannot keep a buffer in scope 'first': it is closed", () -> closed.keep(buffer));
        try (Scope scope = Scope.open("second")) {
            assertMessage("buffer of 8 bytes: its scope 'first' was closed", () -> scope.keep(buffer));
        }
    }

    @Test
    void whatWasMadeOnTheWayGoesAtOnce() {
        try (Scope scope = Scope.open("scope")) {
            Buffer before = Buffer.allocate(64);
            long mark = scope.mark();
            Buffer temporary = Buffer.allocate(128);
            Buffer result = Buffer.allocate(64);
            Buffer another = Buffer.allocate(128);
            another.release();
            long end = scope.mark();
            assertTrue(scope.keepSince(mark, result));
            assertFalse(scope.keepSince(mark, before), "an older one needs no keeping");
            Buffer after = Buffer.allocate(64);
            scope.release(mark, end);
            assertEquals(
                    List.of(true, false, true, true),
                    List.of(before.isOpen(), temporary.isOpen(), result.isOpen(), after.isOpen()));
            assertEquals(3 * 64, scope.bytesHeld());
            assertMessage("buffer of 128 bytes: it was released in scope 'scope'", temporary::segment);
            assertMessage(
                    "buffer of 128 bytes: it was released in scope 'scope'", () -> scope.keepSince(mark, temporary));
        }
    }

    /** A result of a computation inside a computation is the outer one's to keep or not. */
    @Test
    void marksNest() {
        try (Scope scope = Scope.open("scope")) {
            long outer = scope.mark();
            Buffer early = Buffer.allocate(64);
            long inner = scope.mark();
            Buffer result = Buffer.allocate(64);
            long end = scope.mark();
            assertTrue(scope.keepSince(inner, result));
            scope.release(inner, end);
            assertTrue(early.isOpen() && result.isOpen());
            scope.release(outer, scope.mark());
            assertFalse(early.isOpen() || result.isOpen());
            assertEquals(0, scope.bytesHeld());
        }
    }

    @Test
    void closingTwiceIsFine() {
        Scope scope = Scope.open("test");
        scope.close();
        scope.close();
        assertFalse(scope.isOpen());
        assertEquals("scope 'test' holding 0 bytes, closed", scope.toString());
    }

    @Test
    void closesInOrderOnly() {
        Scope outer = Scope.open("outer");
        Scope inner = Scope.open("inner");
        Buffer buffer = Buffer.allocate(1);
        assertMessage("cannot close scope 'outer' before scope 'inner' inside it", outer::close);
        assertTrue(outer.isOpen() && buffer.isOpen());
        inner.close();
        outer.close();
    }

    @Test
    void belongsToItsThread() throws Exception {
        String here = Thread.currentThread().getName();
        Scope scope = Scope.open("mine");
        Buffer buffer = Buffer.allocate(64);
        inThread("other", () -> {
            assertNull(Scope.current());
            assertMessage("cannot close scope 'mine' from thread other: it belongs to thread " + here, scope::close);
            try (Scope own = Scope.open("own")) {
                assertMessage(
                        "cannot keep buffer of 64 bytes in scope 'own': its scope 'mine' belongs to thread " + here,
                        () -> own.keep(buffer));
            }
            buffer.release();
            return 0;
        });
        assertFalse(buffer.isOpen());
        scope.close();
    }

    @Test
    void outsideBelongsToTheCollector() {
        Buffer parameter;
        try (Scope scope = Scope.open("tape")) {
            parameter = Scope.outside(() -> {
                assertNull(Scope.current());
                return Buffer.allocate(512);
            });
            assertSame(scope, Scope.current());
            assertEquals(0, scope.bytesHeld());
        }
        assertTrue(parameter.isOpen());
        parameter.release();
    }

    @Test
    void outsideEndsEvenIfTheBlockFails() {
        Scope scope = Scope.open("tape");
        assertThrows(
                ArithmeticException.class,
                () -> Scope.outside(() -> {
                    throw new ArithmeticException();
                }));
        assertSame(scope, Scope.current());
        assertMessage(
                "scope 'left' was opened outside all scopes and not closed there",
                () -> Scope.outside(() -> Scope.open("left")));
        assertMessage(
                "cannot close scope 'tape' from outside all scopes",
                () -> Scope.outside(() -> {
                    scope.close();
                    return 0;
                }));
        assertSame(scope, Scope.current());
        scope.close();
    }

    @Test
    void aMillionScopesTakeNothing() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        useScopes(20_000);
        Pool.Report before = Pool.report();
        long garbage = threads.getCurrentThreadAllocatedBytes();
        useScopes(1_000_000);
        garbage = threads.getCurrentThreadAllocatedBytes() - garbage;
        Pool.Report after = Pool.report();
        assertEquals(before.systemAllocations(), after.systemAllocations());
        assertEquals(before.usedBytes() - before.collectedBytes(), after.usedBytes() - after.collectedBytes());
        // The scope and three buffers, and a slice where a block comes back in another size.
        assertTrue(garbage < 1_000_000L * 400, garbage + " bytes of garbage");
    }

    private static void useScopes(int count) {
        for (int i = 0; i < count; i++) {
            try (Scope outer = Scope.open("outer")) {
                Buffer kept;
                try (Scope inner = Scope.open("inner")) {
                    Buffer.allocate(64 + (i & 1023) * 64L).segment().set(ValueLayout.JAVA_INT, 0, i);
                    kept = Buffer.allocate(100_000);
                    kept.segment().set(ValueLayout.JAVA_INT, 0, i);
                    inner.keep(kept);
                }
                if (kept.segment().get(ValueLayout.JAVA_INT, 0) != i || outer.bytesHeld() < 100_000) {
                    throw new AssertionError("kept buffer changed in round " + i);
                }
            }
        }
    }

    @Test
    void twoThreadsWithAScopeEach() throws Exception {
        var ready = new CountDownLatch(2);
        Callable<Integer> work = () -> {
            ready.countDown();
            ready.await();
            int mine = (int) Thread.currentThread().threadId();
            for (int round = 0; round < 2000; round++) {
                try (Scope scope = Scope.open("round")) {
                    Buffer[] buffers = new Buffer[20];
                    for (int i = 0; i < buffers.length; i++) {
                        buffers[i] = Buffer.allocate(64L << i % 12);
                        buffers[i].segment().fill((byte) mine);
                    }
                    for (Buffer buffer : buffers) {
                        assertEquals(-1, buffer.segment().mismatch(filled(buffer.byteSize(), (byte) mine)));
                    }
                    assertSame(scope, Scope.current());
                }
            }
            return 0;
        };
        try (var executor = Executors.newFixedThreadPool(2)) {
            for (Future<Integer> result : executor.invokeAll(List.of(work, work))) {
                assertEquals(0, result.get());
            }
        }
    }

    @Test
    void buffersReleasedByOtherThreads() throws Exception {
        long used = Pool.report().usedBytes() - Pool.report().collectedBytes();
        var handed = new LinkedBlockingQueue<Buffer>();
        int count = 20_000;
        var releaser = new FutureTask<>(() -> {
            for (int i = 0; i < count; i++) {
                Buffer buffer = handed.take();
                if (buffer.byteSize() % 2 == 0) {
                    assertEquals(buffer.byteSize(), buffer.segment().get(ValueLayout.JAVA_LONG, 0));
                }
                buffer.release();
                buffer.release();
            }
            return 0;
        });
        new Thread(releaser, "releaser").start();
        for (int done = 0; done < count; ) {
            try (Scope scope = Scope.open("producer")) {
                for (int i = 0; i < 100; i++) {
                    // Two of three belong to the collector; the third's release races with the end of its scope.
                    Buffer buffer = i % 3 == 0
                            ? Scope.outside(() -> Buffer.allocate(64))
                            : Buffer.allocate(8 + i % 3 - 1 + (i * 7919 % 50) * 1000L);
                    if (i % 3 == 1) {
                        scope.keep(buffer);
                    }
                    if (i % 3 != 2) {
                        buffer.segment().set(ValueLayout.JAVA_LONG, 0, buffer.byteSize());
                    }
                    handed.add(buffer);
                    done++;
                }
            }
        }
        assertEquals(0, releaser.get());
        assertEquals(used, Pool.report().usedBytes() - Pool.report().collectedBytes());
    }

    private static MemorySegment filled(long size, byte value) {
        return MemorySegment.ofArray(new byte[(int) size]).fill(value);
    }

    private static void inThread(String name, Callable<Integer> work) throws Exception {
        var task = new FutureTask<>(work);
        Thread thread = new Thread(task, name);
        thread.start();
        assertEquals(0, task.get());
    }

    private static void assertMessage(String expected, Executable action) {
        assertEquals(expected, assertThrows(IllegalStateException.class, action).getMessage());
    }
}
