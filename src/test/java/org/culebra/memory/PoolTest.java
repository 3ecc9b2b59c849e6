package org.culebra.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PoolTest {
    private final long limit = Pool.limit();

    /** Most figures below are of the whole process: begin with nothing that earlier tests left to the collector. */
    @BeforeEach
    void collect() {
        Collected.collect();
        Pool.trim();
    }

    @AfterEach
    void booksAgree() {
        Pool.setLimit(limit);
        Pool.check();
    }

    @Test
    void reportAddsUp() {
        Pool.Report before = Pool.report();
        try (Scope scope = Scope.open("test")) {
            Buffer.allocate(10_000_000);
            Buffer.allocate(100);
            Pool.Report during = Pool.report();
            assertEquals(scope.bytesHeld(), during.usedBytes() - before.usedBytes());
            assertEquals(during.systemBytes(), during.usedBytes() + during.freeBytes());
            assertTrue(during.largestFree() <= during.freeBytes());
            assertTrue(during.usedPeak() >= during.usedBytes());
            assertTrue(during.systemPeak() >= during.systemBytes());
            assertTrue(during.systemAllocations() > before.systemAllocations());
        }
        assertEquals(before.usedBytes(), Pool.report().usedBytes());
        assertTrue(Pool.report().usedPeak() >= 10_000_000);
        Pool.resetPeak();
        assertTrue(Pool.report().usedPeak() < before.usedBytes() + 1_000_000);
        assertTrue(
                Pool.report().toString().startsWith("pool: "),
                () -> Pool.report().toString());
    }

    @Test
    void trimReturnsWhatIsNotInUse() {
        try (Scope scope = Scope.open("test")) {
            Buffer kept = Buffer.allocate(50 << 20);
            long more = Pool.report().systemBytes();
            Buffer.allocate(90 << 20).release();
            assertTrue(Pool.report().systemBytes() >= more + (90 << 20), scope::name);
            assertTrue(Pool.trim() >= 90 << 20);
            assertTrue(Pool.report().systemBytes() <= more);
            kept.segment().fill((byte) 1);
        }
        Pool.trim();
        assertTrue(Pool.report().freeBytes() < 40 << 20, () -> Pool.report().toString());
    }

    @Test
    void droppedBuffersComeBack() {
        Pool.Report before = Pool.report();
        for (int i = 0; i < 1000; i++) {
            Buffer.allocate(1 + i * 100);
        }
        assertTrue(Pool.report().collectedBytes() > before.collectedBytes());
        for (int tries = 0; tries < 20 && Pool.report().collectedBytes() > before.collectedBytes(); tries++) {
            Collected.collect();
        }
        assertEquals(before.collectedBytes(), Pool.report().collectedBytes());
        assertEquals(before.usedBytes(), Pool.report().usedBytes());
    }

    @Test
    void collectorIsStartedBeforeDroppedBuffersPileUp() {
        // 3 GB in all; the Java heap hardly notices.
        Pool.setLimit(4L << 30);
        Pool.Report before = Pool.report();
        for (int i = 0; i < 3000; i++) {
            Buffer.allocate(1_000_000);
        }
        long grown = Pool.report().systemBytes() - before.systemBytes();
        assertTrue(grown < 1L << 30, () -> Pool.report().toString());
    }

    @Test
    void beyondTheLimitDroppedBuffersAreCollectedFirst() {
        Pool.setLimit(Pool.report().systemBytes() + (64 << 20));
        for (int i = 0; i < 30; i++) {
            Buffer.allocate(20 << 20);
        }
        assertTrue(Pool.report().systemBytes() <= Pool.limit());
    }

    @Test
    void beyondTheLimitEmptySlabsAreReturnedFirst() {
        Pool.setLimit(Pool.report().systemBytes() + (100 << 20));
        try (Scope scope = Scope.open("first")) {
            for (int i = 0; i < 9; i++) {
                Buffer.allocate(10 << 20);
            }
            assertTrue(scope.bytesHeld() >= 90 << 20);
        }
        try (Scope scope = Scope.open("second")) {
            Buffer.allocate(90 << 20);
            Buffer.allocate(5 << 20);
            assertTrue(Pool.report().systemBytes() <= Pool.limit(), scope::name);
        }
    }

    @Test
    void beyondTheLimitSaysWhoHoldsWhat() {
        Pool.Report before = Pool.report();
        long base = before.systemBytes();
        Pool.setLimit(base + (100 << 20));
        try (Scope training = Scope.open("training");
                Scope tape = Scope.open("tape 3")) {
            Buffer.allocate(60 << 20);
            Buffer parameter = Scope.outside(() -> Buffer.allocate(16 << 20));
            String message = refusal(50 << 20);
            String held = Bytes.text(before.collectedBytes() + (16 << 20));
            assertTrue(
                    message.startsWith("cannot allocate 50.0 MiB: the memory limit is " + Bytes.text(Pool.limit())),
                    message);
            assertTrue(
                    message.contains("\n  60.0 MiB held by scope 'tape 3'\n  0 bytes held by scope 'training'\n"),
                    message);
            assertTrue(
                    message.contains("\n  " + held + " owned by the garbage collector and still reachable\n"), message);
            assertTrue(
                    message.endsWith("\n  hint: use smaller batches, close tapes and scopes earlier, or raise the limit"
                            + " with -Dculebra.memoryLimit=8g"),
                    message);
            // What is small still fits, and so does the rest of the limit.
            Buffer.allocate(100).segment().fill((byte) 1);
            Buffer.allocate(10 << 20).segment().fill((byte) 1);
            parameter.release();
            assertTrue(training.isOpen() && tape.isOpen());
        }
    }

    @Test
    void absurdSizesAreRefused() {
        for (long size : new long[] {1L << 45, 1L << 60, Long.MAX_VALUE}) {
            String message = refusal(size);
            assertTrue(message.startsWith("cannot allocate " + Bytes.text(size) + ": the memory limit is "), message);
        }
    }

    private static String refusal(long byteSize) {
        return Objects.requireNonNull(assertThrows(MemoryLimitException.class, () -> Buffer.allocate(byteSize))
                .getMessage());
    }

    @Test
    void limitMustBePositive() {
        assertEquals(
                "the memory limit is 0 bytes; it must be positive",
                assertThrows(IllegalArgumentException.class, () -> Pool.setLimit(0))
                        .getMessage());
    }

    @Test
    void sizesInWords() {
        assertEquals(1000, Bytes.parse("x", "1000"));
        assertEquals(512 << 20, Bytes.parse("x", " 512m "));
        assertEquals(4L << 30, Bytes.parse("x", "4GiB"));
        assertEquals(2048, Bytes.parse("x", "2KB"));
        for (String wrong : new String[] {"", "g", "-1", "0", "1.5g", "4 gigs", "99999999999T"}) {
            String message = assertThrows(
                            IllegalArgumentException.class, () -> Bytes.parse("culebra.memoryLimit", wrong))
                    .getMessage();
            assertEquals("culebra.memoryLimit is \"" + wrong + "\"; it must be a size such as 512m or 4g", message);
        }
        assertEquals("1 byte", Bytes.text(1));
        assertEquals("9,999 bytes", Bytes.text(9999));
        assertEquals("9.8 KiB", Bytes.text(10_000));
        assertEquals("1.0 MiB", Bytes.text(1 << 20));
        assertEquals("8.0 EiB", Bytes.text(Long.MAX_VALUE));
    }

    @Test
    void stepsOfVaryingSizesSettle() {
        // A training step of 60 buffers whose sizes depend on the batch, which varies.
        var random = new SplittableRandom(1);
        long peak = 0;
        long taken = 0;
        for (int step = 0; step < 400; step++) {
            int batch = 100 + random.nextInt(29);
            if (step == 200) {
                taken = Pool.report().systemAllocations();
            }
            try (Scope scope = Scope.open("step")) {
                for (int i = 0; i < 60; i++) {
                    Buffer buffer = Buffer.allocate(batch * 4L * (1 + i * i % 1000));
                    if (i % 3 == 0) {
                        buffer.release();
                    }
                }
                peak = Math.max(peak, scope.bytesHeld());
            }
        }
        Pool.Report report = Pool.report();
        assertEquals(taken, report.systemAllocations());
        assertTrue(report.systemBytes() - report.usedBytes() < 2 * peak + (8 << 20), report::toString);
        assertFalse(report.usedBytes() > report.systemBytes());
    }
}
