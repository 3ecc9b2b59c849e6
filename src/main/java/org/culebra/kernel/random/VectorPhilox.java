package org.culebra.kernel.random;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.culebra.kernel.codegen.CompilerDirectives;
import org.culebra.kernel.codegen.KnownTypes;
import org.culebra.kernel.codegen.VectorWidth;
import org.culebra.memory.DType;

/**
 * Fills memory one group at a time, the same bits as {@link ScalarPhilox}.
 *
 * <p>A lane of 64 bits carries one word of one block, so that one multiplication gives both halves of the product. The lanes of
 * vector {@code a} are blocks 0, 2, 4, … and those of {@code b} are blocks 1, 3, 5, …, which zip into words of 32 bits by a shift; for
 * elements of 64 bits {@code b} follows {@code a}.
 */
final class VectorPhilox {
    static {
        // Before its first use: once C1 has seen the loop it may never reach C2.
        CompilerDirectives.excludeFromC1(VectorPhilox.class.getName());
    }

    private static final VectorShape SHAPE = VectorShape.forBitSize(VectorWidth.bits());
    private static final VectorSpecies<Long> LONGS = SHAPE.withLanes(long.class);
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final int LANES = LONGS.length();

    private static final long BYTES = LONGS.vectorByteSize();
    private static final LongVector IOTA = LongVector.zero(LONGS).addIndex(1);

    private static final long M0 = Philox.MULTIPLIER_0 & Philox.MASK;
    private static final long M1 = Philox.MULTIPLIER_1 & Philox.MASK;
    private static final long W0 = Philox.WEYL_0 & Philox.MASK;
    private static final long W1 = Philox.WEYL_1 & Philox.MASK;

    /** From one word of the blocks of a group to the next, in bytes. */
    private static final long ROW = Philox.GROUP * Integer.BYTES;

    private static final long WIDE_ROW = Philox.GROUP * Long.BYTES;
    private static final long TWO_84 = Double.doubleToRawLongBits(0x1p84);
    private static final long TWO_52 = Double.doubleToRawLongBits(0x1p52);

    private VectorPhilox() {}

    /** As {@link ScalarPhilox#fill}; the part of a group at either end is left to it. */
    static void fill(long key, long stream, long first, MemorySegment dst, long dstOffset, long count, DType dtype) {
        MemorySegment target = KnownTypes.nativeSegment(dst);
        int perGroup = ScalarPhilox.elementsPerGroup(dtype);
        long head = Math.min(count, -first & (perGroup - 1));
        if (head > 0) {
            ScalarPhilox.fill(key, stream, first, dst, dstOffset, head, dtype);
        }
        long groups = (count - head) / perGroup;
        long firstBlock = (first + head) / perGroup * Philox.GROUP;
        long at = (dstOffset + head) * dtype.byteSize();
        long stride = (long) perGroup * dtype.byteSize();
        for (long group = 0; group < groups; group++) {
            long block = firstBlock + group * Philox.GROUP;
            group(key, stream, block, target, at + group * stride, dtype.isFloating(), dtype.byteSize() == Long.BYTES);
        }
        long done = head + groups * perGroup;
        if (done < count) {
            ScalarPhilox.fill(key, stream, first + done, dst, dstOffset + done, count - done, dtype);
        }
    }

    /**
     * One group, whose first element goes to byte {@code at}.
     *
     * @param uniform numbers in [0, 1), or else bits
     * @param wide elements of 64 bits, or else of 32
     */
    private static void group(
            long key, long stream, long firstBlock, MemorySegment dst, long at, boolean uniform, boolean wide) {
        for (int part = 0; part < Philox.GROUP; part += 2 * LANES) {
            LongVector a = IOTA.mul(wide ? 1 : 2).add(firstBlock + part);
            LongVector b = a.add(wide ? LANES : 1);
            LongVector a0 = a.and(Philox.MASK);
            LongVector b0 = b.and(Philox.MASK);
            LongVector a1 = a.lanewise(LSHR, 32);
            LongVector b1 = b.lanewise(LSHR, 32);
            LongVector a2 = LongVector.broadcast(LONGS, stream & Philox.MASK);
            LongVector b2 = a2;
            LongVector a3 = LongVector.broadcast(LONGS, stream >>> 32);
            LongVector b3 = a3;
            long k0 = key & Philox.MASK;
            long k1 = key >>> 32;
            for (int round = 0; round < Philox.ROUNDS; round++) {
                // Words 0 and 2 have nothing in their high halves; words 1 and 3 may have anything.
                LongVector p = a0.mul(LongVector.broadcast(LONGS, M0));
                LongVector q = a2.mul(LongVector.broadcast(LONGS, M1));
                LongVector r = b0.mul(LongVector.broadcast(LONGS, M0));
                LongVector s = b2.mul(LongVector.broadcast(LONGS, M1));
                a0 = q.lanewise(LSHR, 32).lanewise(XOR, a1).lanewise(XOR, k0).and(Philox.MASK);
                b0 = s.lanewise(LSHR, 32).lanewise(XOR, b1).lanewise(XOR, k0).and(Philox.MASK);
                a2 = p.lanewise(LSHR, 32).lanewise(XOR, a3).lanewise(XOR, k1).and(Philox.MASK);
                b2 = r.lanewise(LSHR, 32).lanewise(XOR, b3).lanewise(XOR, k1).and(Philox.MASK);
                a1 = q;
                b1 = s;
                a3 = p;
                b3 = r;
                k0 += W0;
                k1 += W1;
            }
            if (wide) {
                long to = at + (long) part * Long.BYTES;
                storeWide(a0.or(a1.lanewise(LSHL, 32)), dst, to, uniform);
                storeWide(b0.or(b1.lanewise(LSHL, 32)), dst, to + BYTES, uniform);
                storeWide(a2.or(a3.lanewise(LSHL, 32)), dst, to + WIDE_ROW, uniform);
                storeWide(b2.or(b3.lanewise(LSHL, 32)), dst, to + WIDE_ROW + BYTES, uniform);
            } else {
                long to = at + (long) part * Integer.BYTES;
                store(a0.or(b0.lanewise(LSHL, 32)), dst, to, uniform);
                store(a1.and(Philox.MASK).or(b1.lanewise(LSHL, 32)), dst, to + ROW, uniform);
                store(a2.or(b2.lanewise(LSHL, 32)), dst, to + 2 * ROW, uniform);
                store(a3.and(Philox.MASK).or(b3.lanewise(LSHL, 32)), dst, to + 3 * ROW, uniform);
            }
        }
    }

    private static void store(LongVector words, MemorySegment dst, long at, boolean uniform) {
        IntVector bits = words.reinterpretAsInts();
        if (uniform) {
            FloatVector value = (FloatVector) bits.lanewise(LSHR, 8).convert(VectorOperators.I2F, 0);
            value.mul(Philox.FLOAT_UNIT).intoMemorySegment(dst, at, ORDER);
        } else {
            bits.intoMemorySegment(dst, at, ORDER);
        }
    }

    private static void storeWide(LongVector bits, MemorySegment dst, long at, boolean uniform) {
        if (uniform) {
            // Not every machine converts long to double: put the halves into the fractions of 2^84 and 2^52, and take
            // these off.
            LongVector integer = bits.lanewise(LSHR, 11);
            DoubleVector high = integer.lanewise(LSHR, 32).or(TWO_84).reinterpretAsDoubles();
            DoubleVector low = integer.and(Philox.MASK).or(TWO_52).reinterpretAsDoubles();
            DoubleVector value = high.sub(0x1p84 + 0x1p52).add(low);
            value.mul(Philox.DOUBLE_UNIT).intoMemorySegment(dst, at, ORDER);
        } else {
            bits.intoMemorySegment(dst, at, ORDER);
        }
    }
}
