package org.culebra.kernel.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.zip.CRC32;
import org.culebra.memory.Buffer;
import org.culebra.memory.DType;
import org.culebra.memory.Scope;
import org.culebra.testing.ForkedJvm;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same bits on vectors of any width, which is fixed for the life of a process. */
final class PhiloxWidthsTest {
    private static final int COUNT = 1000;

    @ParameterizedTest
    @ValueSource(ints = {128, 256, 512})
    void widthChangesNothing(int bits) {
        ForkedJvm.Result result = ForkedJvm.runMain(PhiloxWidthsTest.class, List.of("-Dculebra.vectorBits=" + bits));
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(sums(ScalarPhilox::fill), result.out().strip());
    }

    public static void main(String[] args) {
        System.out.println(sums(VectorPhilox::fill));
    }

    @FunctionalInterface
    private interface Fill {
        void run(long key, long stream, long first, MemorySegment dst, long dstOffset, long count, DType dtype);
    }

    private static String sums(Fill fill) {
        var text = new StringBuilder();
        try (Scope scope = Scope.open("test")) {
            for (DType dtype : List.of(DType.F32, DType.F64, DType.I32, DType.I64)) {
                Buffer buffer = Buffer.allocate(COUNT * (long) dtype.byteSize());
                fill.run(scope.name().length(), 5, (1L << 40) - 77, buffer.segment(), 0, COUNT, dtype);
                var crc = new CRC32();
                crc.update(buffer.segment().asSlice(0, buffer.byteSize()).asByteBuffer());
                text.append(dtype).append(' ').append(crc.getValue()).append(' ');
            }
        }
        return text.toString().strip();
    }
}
