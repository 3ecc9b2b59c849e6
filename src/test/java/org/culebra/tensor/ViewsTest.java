package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

class ViewsTest {
    private final Tensor x = Tensor.arange(24).reshape(2, 3, 4);

    @Test
    void viewsShareMemory() {
        for (Tensor view : List.of(
                x.reshape(6, 4),
                x.permute(2, 0, 1),
                x.transpose(),
                x.expand(5, 2, 3, 4),
                x.slice(1, 2, 0, -1),
                x.flip(),
                x.unsqueeze(1),
                x.select(0, 1),
                x.narrow(2, 1, 2),
                x.unfold(2, 3, 1),
                x.split(1, 2).get(1),
                x.chunk(2, 3).get(0))) {
            assertSame(x.buffer(), view.buffer(), view::describe);
        }
    }

    @Test
    void permutedTwiceReshapesWhereStridesAllow() {
        Tensor y = x.permute(2, 0, 1);
        assertEquals(Shape.of(4, 6), y.reshape(4, 6).shape());
        assertSame(x.buffer(), y.reshape(4, 6).buffer());
        assertSame(x.buffer(), y.reshape(2, 2, 2, 3).buffer());
        assertSame(x.buffer(), y.reshape(4, 1, 6, 1).buffer());
        Tensor copied = y.reshape(8, 3);
        assertEquals(y.get(1, 1, 2), copied.get(3, 2));
        assertArrayEquals(y.toLongArray(), copied.toLongArray());
    }

    @Test
    void slicesAsPythonDoes() {
        Tensor v = Tensor.arange(10);
        assertArrayEquals(new long[] {2, 3, 4}, v.slice(0, 2, 5).toLongArray());
        assertArrayEquals(new long[] {8, 9}, v.slice(0, -2, 100).toLongArray());
        assertArrayEquals(new long[] {1, 4, 7}, v.slice(0, 1, 10, 3).toLongArray());
        assertArrayEquals(new long[] {9, 6, 3}, v.slice(0, 9, 0, -3).toLongArray());
        assertArrayEquals(
                new long[] {9, 6, 3, 0}, v.slice(0, 9, Long.MIN_VALUE, -3).toLongArray());
        assertArrayEquals(new long[] {}, v.slice(0, 5, 2).toLongArray());
        assertArrayEquals(new long[] {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}, v.flip(0).toLongArray());
        assertThrows(IllegalArgumentException.class, () -> v.slice(0, 1, 2, 0));
    }

    @Test
    void windowsOverlap() {
        Tensor windows = Tensor.arange(6).unfold(0, 3, 2);
        assertEquals(Shape.of(2, 3), windows.shape());
        assertArrayEquals(new long[] {0, 1, 2, 2, 3, 4}, windows.toLongArray());
    }

    @Test
    void piecesCoverTheAxis() {
        assertEquals(
                List.of(2L, 1L),
                x.split(1, 2).stream().map(piece -> piece.dim(1)).toList());
        assertEquals(
                List.of(2L, 2L),
                x.chunk(2, 2).stream().map(piece -> piece.dim(2)).toList());
    }

    @Test
    void zeroSizesAndScalars() {
        Tensor empty = Tensor.zeros(0, 3);
        assertEquals(Shape.of(3, 0), empty.transpose().shape());
        assertEquals(Shape.of(0), empty.reshape(-1).shape());
        assertEquals(0, empty.sum().item());
        assertArrayEquals(new float[] {0, 0, 0}, empty.sum(0).toFloatArray());
        assertEquals(Shape.of(1, 1), Tensor.scalar(3).reshape(1, 1).shape());
        assertEquals(Shape.of(), Tensor.scalar(3).squeeze().shape());
    }

    @Test
    void sumToIsTheAdjointOfExpand() {
        Tensor ones = Tensor.ones(DType.F64, 2, 3, 4);
        assertArrayEquals(new double[] {6, 6, 6, 6}, ones.sumTo(Shape.of(4)).toDoubleArray());
        assertArrayEquals(new double[] {8, 8, 8}, ones.sumTo(Shape.of(3, 1)).toDoubleArray());
        assertEquals(24, ones.sumTo(Shape.of()).item());
    }

    @Test
    void narrowCountsFromTheEnd() {
        assertArrayEquals(x.slice(2, 2, 4).toLongArray(), x.narrow(2, -2, 2).toLongArray());
        assertArrayEquals(x.slice(1, 0, 2).toLongArray(), x.narrow(1, -3, 2).toLongArray());
        assertEquals(0, x.narrow(0, 2, 0).size());
        assertSame(x, x.narrow(1, -3, 3));
    }

    @Test
    void writingOverAnotherViewOfTheSameMemoryReadsItFirst() {
        Tensor shifted = Tensor.arange(6);
        shifted.narrow(0, 1, 5).assign(shifted.narrow(0, 0, 5));
        assertArrayEquals(new long[] {0, 0, 1, 2, 3, 4}, shifted.toLongArray());
        Tensor reversed = Tensor.arange(6);
        reversed.assign(reversed.flip());
        assertArrayEquals(new long[] {5, 4, 3, 2, 1, 0}, reversed.toLongArray());
        Tensor updated = Tensor.arange(6);
        Elementwise.of((a, b) -> a.add(b.mul(10))).update(List.of(updated), new double[0], updated, updated.flip());
        assertArrayEquals(new long[] {50, 41, 32, 23, 14, 5}, updated.toLongArray());
    }

    @Test
    void aLongIsReadExactly() {
        long large = (1L << 53) + 1;
        assertEquals(large, Tensor.of(new long[] {large}).itemAsLong());
    }
}
