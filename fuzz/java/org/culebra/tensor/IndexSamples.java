package org.culebra.tensor;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.culebra.memory.DType;

/** Samplers for what is indexed, diagonal or triangular. */
final class IndexSamples {
    private IndexSamples() {}

    static void addTo(Map<Class<? extends Op>, Sample.Sampler> samplers) {
        samplers.put(Gather.class, IndexSamples::gather);
        samplers.put(ScatterAdd.class, IndexSamples::scatterAdd);
        samplers.put(Diagonal.class, IndexSamples::diagonal);
        samplers.put(Undiagonal.class, IndexSamples::undiagonal);
        samplers.put(TriangularSolve.class, IndexSamples::triangularSolve);
        samplers.put(Cholesky.class, IndexSamples::cholesky);
    }

    static Tensor indices(SplittableRandom random, long bound, Shape shape) {
        long[] values = new long[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextLong(bound);
        }
        Tensor compact = Tensor.of(values, values.length).reshape(shape);
        return Layout.any(compact, random);
    }

    private static Sample gather(SplittableRandom random) {
        long[] dims = Samples.dims(random, 1);
        int axis = random.nextInt(dims.length);
        dims[axis] = 1L + random.nextInt(9);
        Tensor x = Samples.tensor(random, dims);
        Shape shape = x.shape().with(axis, random.nextInt(9));
        Tensor index = indices(random, dims[axis], shape);
        return new Sample(
                new Gather(axis),
                List.of(x),
                List.of(index),
                shape,
                at -> x.get(Sample.at(at, axis, (long) index.get(at))));
    }

    private static Sample scatterAdd(SplittableRandom random) {
        long[] dims = Samples.dims(random, 1);
        int axis = random.nextInt(dims.length);
        long dim = 1L + random.nextInt(9);
        Tensor x = Samples.tensor(random, dims);
        Tensor index = indices(random, dim, x.shape());
        return new Sample(
                new ScatterAdd(axis, dim), List.of(x), List.of(index), x.shape().with(axis, dim), at -> {
                    double sum = 0;
                    for (long a = 0; a < dims[axis]; a++) {
                        long[] from = Sample.at(at, axis, a);
                        sum += index.get(from) == at[axis] ? x.get(from) : 0;
                    }
                    return sum;
                });
    }

    /** Two different axes and an offset that may well miss. */
    private static Diagonal anyDiagonal(SplittableRandom random, int rank) {
        int rows = random.nextInt(rank);
        int columns = (rows + 1 + random.nextInt(rank - 1)) % rank;
        return new Diagonal(random.nextInt(-4, 5), rows, columns);
    }

    /** The index in the matrices that a diagonal is of. */
    private static long[] inMatrix(Diagonal diagonal, long[] at) {
        long[] index = new long[at.length + 1];
        int next = 0;
        for (int k = 0; k < index.length; k++) {
            if (k != diagonal.rows() && k != diagonal.columns()) {
                index[k] = at[next++];
            }
        }
        index[diagonal.rows()] = at[next] + Math.max(-diagonal.offset(), 0);
        index[diagonal.columns()] = at[next] + Math.max(diagonal.offset(), 0);
        return index;
    }

    private static Sample diagonal(SplittableRandom random) {
        Tensor x = Samples.tensor(random, Samples.dims(random, 2));
        Diagonal diagonal = anyDiagonal(random, x.rank());
        Shape shape = diagonal.forward(new Tensor[] {x})[0].shape();
        return new Sample(diagonal, List.of(x), shape, at -> x.get(inMatrix(diagonal, at)));
    }

    private static Sample undiagonal(SplittableRandom random) {
        long[] dims = Samples.dims(random, 2);
        Diagonal diagonal = anyDiagonal(random, dims.length);
        Shape shape = Shape.of(dims);
        Tensor x = Samples.tensor(
                random,
                diagonal.forward(new Tensor[] {Tensor.zeros(dims)})[0].shape().raw());
        return new Sample(
                new Undiagonal(diagonal, dims[diagonal.rows()], dims[diagonal.columns()]),
                List.of(x),
                shape,
                at -> at[diagonal.columns()] - at[diagonal.rows()] == diagonal.offset()
                        ? x.get(onDiagonal(diagonal, at))
                        : 0);
    }

    private static long[] onDiagonal(Diagonal diagonal, long[] index) {
        long[] at = new long[index.length - 1];
        int next = 0;
        for (int k = 0; k < index.length; k++) {
            if (k != diagonal.rows() && k != diagonal.columns()) {
                at[next++] = index[k];
            }
        }
        at[next] = Math.min(index[diagonal.rows()], index[diagonal.columns()]);
        return at;
    }

    private static long[] batch(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> new long[] {random.nextInt(3)};
            case 1 -> new long[] {2, 1};
            default -> new long[0];
        };
    }

    private static Sample triangularSolve(SplittableRandom random) {
        var triangle = new Triangle(random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
        long n = random.nextInt(7);
        long r = random.nextInt(4);
        Shape shape = Shape.of(batch(random)).append(n, r);
        Tensor noise =
                Layout.compact(random, -.3, .3, shape.without(-1).append(n).raw());
        Tensor a = Layout.faithful(noise.add(Tensor.eye(DType.F64, n).mul(1.5)), random);
        Tensor b = Samples.tensor(random, shape.raw());
        return new Sample(
                new TriangularSolve(triangle),
                List.of(a, b),
                shape,
                at -> solution(triangle, a, b, at, at[shape.rank() - 2]));
    }

    /** One element of the solution, those it depends on before it. */
    private static double solution(Triangle triangle, Tensor a, Tensor b, long[] at, long row) {
        int rowAxis = at.length - 2;
        long n = b.dim(rowAxis);
        boolean downwards = triangle.lower() != triangle.transposed();
        double sum = b.get(Sample.at(at, rowAxis, row));
        for (long k = downwards ? 0 : row + 1; k < (downwards ? row : n); k++) {
            sum -= element(triangle, a, at, row, k) * solution(triangle, a, b, at, k);
        }
        return triangle.unitDiagonal() ? sum : sum / element(triangle, a, at, row, row);
    }

    private static double element(Triangle triangle, Tensor a, long[] at, long row, long column) {
        long[] index = at.clone();
        index[at.length - 2] = triangle.transposed() ? column : row;
        index[at.length - 1] = triangle.transposed() ? row : column;
        return a.get(index);
    }

    private static Sample cholesky(SplittableRandom random) {
        long n = random.nextInt(6);
        Shape shape = Shape.of(batch(random)).append(n, n);
        Tensor noise = Layout.compact(random, -.3, .3, shape.raw());
        Tensor a = Layout.faithful(noise.add(Tensor.eye(DType.F64, n).mul((double) n)), random);
        return new Sample(
                new Cholesky(), List.of(a), shape, at -> factor(a, at, at[shape.rank() - 2], at[shape.rank() - 1]));
    }

    /** One element of the factor, those it depends on before it. */
    private static double factor(Tensor a, long[] at, long row, long column) {
        if (column > row) {
            return 0;
        }
        long[] index = Sample.at(Sample.at(at, at.length - 2, row), at.length - 1, column);
        double left = a.get(index);
        for (long k = 0; k < column; k++) {
            left -= factor(a, at, row, k) * factor(a, at, column, k);
        }
        return row == column ? Math.sqrt(left) : left / factor(a, at, column, column);
    }
}
