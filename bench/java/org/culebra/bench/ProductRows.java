package org.culebra.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.culebra.bench.Row.Cost;
import org.culebra.bench.Row.Sides;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;

/** Matrix products, beside OpenBLAS and PyTorch. */
final class ProductRows {
    private ProductRows() {}

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (int size : new int[] {64, 128, 256, 512, 1024, 2048, 1000}) {
            rows.add(sgemm(size, size, size, false, false));
        }
        rows.add(sgemm(255, 257, 259, false, false));
        rows.add(sgemm(128, 784, 512, false, false));
        rows.add(sgemm(64, 3136, 1152, false, false));
        rows.add(sgemm(128, 10, 512, false, false));
        rows.add(sgemm(1, 4096, 4096, false, false));
        rows.add(sgemm(4096, 1, 4096, false, false));
        rows.add(sgemm(512, 512, 512, true, false));
        rows.add(sgemm(512, 512, 512, false, true));
        rows.add(sgemm(512, 512, 512, true, true));
        rows.add(batch(64, 64));
        rows.add(dgemm(512));
        rows.add(dgemm(1024));
        return rows;
    }

    private static Cost cost(double m, double n, double k) {
        return Cost.operations(2 * m * n * k);
    }

    /** [M, K]·[K, N]; a transposed operand lies in memory as its transpose. */
    private static Row sgemm(int m, int n, int k, boolean aTransposed, boolean bTransposed) {
        String name = "sgemm " + m + "×" + n + "×" + k + (aTransposed ? " Aᵀ" : "") + (bTransposed ? " Bᵀ" : "");
        return new Row(name, cost(m, n, k), () -> {
            Pair a = aTransposed ? Pair.normal(k, m) : Pair.normal(m, k);
            Pair b = bTransposed ? Pair.normal(n, k) : Pair.normal(k, n);
            MemorySegment left = copy(a.ours());
            MemorySegment right = copy(b.ours());
            MemorySegment result = Arena.ofAuto().allocate(4L * m * n, 64);
            return Sides.of(
                            () -> plain(a.ours(), aTransposed).matmul(plain(b.ours(), bTransposed)),
                            () -> torch.matmul(
                                    aTransposed ? a.theirs().t() : a.theirs(),
                                    bTransposed ? b.theirs().t() : b.theirs()))
                    .peer("openBlas", () -> {
                        OpenBlas.sgemm(aTransposed, bTransposed, m, n, k, left, right, result);
                        return result;
                    });
        });
    }

    private static Tensor plain(Tensor x, boolean transposed) {
        return transposed ? x.transpose() : x;
    }

    private static MemorySegment copy(Tensor x) {
        MemorySegment copy = Arena.ofAuto().allocate(4 * x.size(), 64);
        return copy.copyFrom(MemorySegment.ofArray(x.toFloatArray()));
    }

    private static Row batch(int count, int size) {
        return new Row("sgemm " + count + " of " + size + "³", cost((double) count * size, size, size), () -> {
            Pair a = Pair.normal(count, size, size);
            Pair b = Pair.normal(count, size, size);
            return Sides.of(() -> a.ours().matmul(b.ours()), () -> torch.matmul(a.theirs(), b.theirs()));
        });
    }

    private static Row dgemm(int size) {
        return new Row("dgemm " + size + "³", cost(size, size, size), () -> {
            Pair left = Pair.normal(size, size);
            Pair right = Pair.normal(size, size);
            Tensor a = left.ours().to(DType.F64);
            Tensor b = right.ours().to(DType.F64);
            var theirA = left.theirs().to(torch.ScalarType.Double);
            var theirB = right.theirs().to(torch.ScalarType.Double);
            return Sides.of(() -> a.matmul(b), () -> torch.matmul(theirA, theirB));
        });
    }
}
