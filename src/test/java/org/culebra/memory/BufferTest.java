package org.culebra.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BufferTest {
    @AfterEach
    void booksAgree() {
        Pool.poison(false);
        Pool.check();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 63, 64, 65, 511, 512, 513, 1000, 4096, 32 << 10, (32 << 10) + 1, 1 << 20, 5_000_001})
    void isAlignedAndPadded(long byteSize) {
        try (Scope scope = Scope.open("test")) {
            Buffer buffer = Buffer.allocate(byteSize);
            MemorySegment segment = buffer.segment();
            assertEquals(byteSize, buffer.byteSize());
            assertEquals(0, segment.address() % 64);
            assertEquals(Math.max(64, (byteSize + 63) / 64 * 64), segment.byteSize());
            assertTrue(segment.isNative());
            assertFalse(segment.isReadOnly());
            segment.set(ValueLayout.JAVA_BYTE, segment.byteSize() - 1, (byte) 7);
            assertEquals(7, segment.get(ValueLayout.JAVA_BYTE, segment.byteSize() - 1));
            // The smallest piece is 64 bytes; beyond that an eighth more, and a sixteenth of that, is the most.
            assertTrue(scope.bytesHeld() <= Math.max(64, (byteSize + 63) * 1.125 * 1.0625), () -> scope.toString());
        }
    }

    @Test
    void isUsableFromAnyThread() throws InterruptedException {
        Buffer buffer = Buffer.allocate(8);
        Thread thread = new Thread(() -> buffer.segment().set(ValueLayout.JAVA_LONG, 0, 42));
        thread.start();
        thread.join();
        assertEquals(42, buffer.segment().get(ValueLayout.JAVA_LONG, 0));
    }

    @Test
    void saysWhichScopeClosedIt() {
        Buffer buffer;
        try (Scope scope = Scope.open("tape 3")) {
            buffer = Buffer.allocate(4096);
            assertTrue(buffer.isOpen());
            assertTrue(scope.isOpen());
        }
        assertFalse(buffer.isOpen());
        assertEquals(
                "buffer of 4,096 bytes: its scope 'tape 3' was closed",
                assertThrows(IllegalStateException.class, buffer::segment).getMessage());
    }

    @Test
    void saysThatItWasReleased() {
        Buffer owned = Buffer.allocate(1);
        owned.release();
        assertEquals(
                "buffer of 1 byte: it was released",
                assertThrows(IllegalStateException.class, owned::segment).getMessage());
        Buffer scoped;
        try (Scope scope = Scope.open("tape 3")) {
            scoped = Buffer.allocate(100);
            scoped.release();
            scoped.release();
            assertEquals(0, scope.bytesHeld());
            assertFalse(scoped.isOpen());
        }
        assertEquals(
                "buffer of 100 bytes: it was released in scope 'tape 3'",
                assertThrows(IllegalStateException.class, scoped::segment).getMessage());
    }

    @Test
    void releasedMemoryIsUsedAgain() {
        try (Scope scope = Scope.open("test")) {
            for (long size : new long[] {64, 10_000, 300_000, 40 << 20}) {
                Buffer first = Buffer.allocate(size);
                long address = first.segment().address();
                first.release();
                Buffer second = Buffer.allocate(size - size / 100);
                assertEquals(address, second.segment().address(), () -> size + " bytes in " + scope);
            }
        }
    }

    @Test
    void countsChanges() {
        Buffer buffer = Buffer.allocate(4);
        assertEquals(0, buffer.version());
        buffer.modified();
        buffer.modified();
        assertEquals(2, buffer.version());
    }

    @Test
    void refusesNegativeSizes() {
        assertEquals(
                "a buffer cannot have -1 bytes",
                assertThrows(IllegalArgumentException.class, () -> Buffer.allocate(-1))
                        .getMessage());
    }

    @Test
    void poisonMakesStaleReadsShow() {
        Pool.poison(true);
        try (Scope scope = Scope.open("test")) {
            for (long size : new long[] {64, 1 << 20}) {
                Buffer buffer = Buffer.allocate(size);
                MemorySegment stale = buffer.segment();
                stale.fill((byte) 0);
                buffer.release();
                assertTrue(Float.isNaN(stale.get(ValueLayout.JAVA_FLOAT, 0)), scope::name);
                assertTrue(Double.isNaN(stale.get(ValueLayout.JAVA_DOUBLE, size - 8)));
            }
        }
    }
}
