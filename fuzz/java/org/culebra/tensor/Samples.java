package org.culebra.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.culebra.kernel.Reduction;
import org.culebra.memory.DType;

/** A sampler for every kind of operation: views, reductions and products here, the others in files of their own. */
final class Samples {
    private Samples() {}

    private static final Map<Class<? extends Op>, Sample.Sampler> SAMPLERS = new HashMap<>();

    static {
        SAMPLERS.put(Cast.class, Samples::cast);
        SAMPLERS.put(Concat.class, Samples::concat);
        SAMPLERS.put(CumulativeSum.class, Samples::cumulativeSum);
        SAMPLERS.put(Expand.class, Samples::expand);
        SAMPLERS.put(org.culebra.tensor.Map.class, Samples::map);
        SAMPLERS.put(MatMul.class, Samples::matmul);
        SAMPLERS.put(Permute.class, Samples::permute);
        SAMPLERS.put(Recompute.class, Samples::recompute);
        SAMPLERS.put(Reduce.class, Samples::reduce);
        SAMPLERS.put(Reshape.class, Samples::reshape);
        SAMPLERS.put(Slice.class, Samples::slice);
        SAMPLERS.put(Softmax.class, Samples::softmax);
        SAMPLERS.put(Unslice.class, Samples::unslice);
        SAMPLERS.put(Unfold.class, Samples::unfold);
        IndexSamples.addTo(SAMPLERS);
        SpatialSamples.addTo(SAMPLERS);
    }

    /** The sampler of each operation that has one. */
    static Map<Class<? extends Op>, Sample.Sampler> all() {
        return SAMPLERS;
    }

    /** At least {@code fewest} axes, no more than one of them long, empty ones now and then. */
    static long[] dims(SplittableRandom random, int fewest) {
        long[] dims = new long[fewest + random.nextInt(4 - fewest)];
        Arrays.setAll(dims, k -> random.nextInt(12) == 0 ? 0 : 1 + random.nextLong(6));
        if (dims.length > 0 && random.nextInt(4) == 0) {
            // One axis longer than a vector of 512 bits, with a rest.
            dims[random.nextInt(dims.length)] = 17L + random.nextInt(20);
        }
        return dims;
    }

    static Tensor tensor(SplittableRandom random, long... dims) {
        return Layout.random(random, -2, 2, dims);
    }

    private static Sample cast(SplittableRandom random) {
        Tensor x = tensor(random, dims(random, 0));
        return random.nextBoolean()
                ? new Sample(new Cast(DType.F64), List.of(x), x.shape(), x::get)
                : new Sample(new Cast(DType.F32), List.of(x), x.shape(), index -> (float) x.get(index));
    }

    private static Sample concat(SplittableRandom random) {
        long[] dims = dims(random, 1);
        int axis = random.nextInt(dims.length);
        List<Tensor> parts = new ArrayList<>();
        long total = 0;
        for (int i = 0; i < 1 + random.nextLong(3); i++) {
            dims[axis] = random.nextInt(5);
            total += dims[axis];
            parts.add(tensor(random, dims));
        }
        return new Sample(new Concat(axis), parts, Shape.of(dims).with(axis, total), index -> {
            long rest = index[axis];
            int part = 0;
            while (rest >= parts.get(part).dim(axis)) {
                rest -= parts.get(part++).dim(axis);
            }
            return parts.get(part).get(Sample.at(index, axis, rest));
        });
    }

    private static Sample cumulativeSum(SplittableRandom random) {
        Tensor x = tensor(random, dims(random, 1));
        int axis = random.nextInt(x.rank());
        boolean reverse = random.nextBoolean();
        return new Sample(new CumulativeSum(axis, reverse), List.of(x), x.shape(), index -> {
            double sum = 0;
            for (long i = reverse ? x.dim(axis) - 1 : 0; i != index[axis]; i += reverse ? -1 : 1) {
                sum += x.get(Sample.at(index, axis, i));
            }
            return sum + x.get(index);
        });
    }

    private static Sample softmax(SplittableRandom random) {
        Tensor x = tensor(random, dims(random, 1));
        int axis = random.nextInt(x.rank());
        boolean logarithm = random.nextBoolean();
        return new Sample(new Softmax(axis, logarithm), List.of(x), x.shape(), index -> {
            double sum = 0;
            for (long i = 0; i < x.dim(axis); i++) {
                sum += Math.exp(x.get(Sample.at(index, axis, i)));
            }
            double share = Math.exp(x.get(index)) / sum;
            return logarithm ? Math.log(share) : share;
        });
    }

    private static Sample expand(SplittableRandom random) {
        long[] dims = dims(random, 0);
        Tensor x = tensor(random, Layout.broadcastable(random, dims));
        return new Sample(new Expand(Shape.of(dims)), List.of(x), Shape.of(dims), index -> repeated(x, index));
    }

    /** The element that broadcasting puts at an index. */
    static double repeated(Tensor x, long[] index) {
        long[] at = Arrays.copyOfRange(index, index.length - x.rank(), index.length);
        for (int k = 0; k < at.length; k++) {
            at[k] = x.dim(k) == 1 ? 0 : at[k];
        }
        return x.get(at);
    }

    private static Sample map(SplittableRandom random) {
        long[] dims = dims(random, 0);
        Tensor a = tensor(random, dims);
        Tensor b = tensor(random, Layout.broadcastable(random, dims));
        var function = Elementwise.of((x, y) -> x.mul(y).add(y.sin()));
        return new Sample(
                new org.culebra.tensor.Map(function, new double[0], 0),
                List.of(a, b),
                a.shape(),
                index -> a.get(index) * repeated(b, index) + Math.sin(repeated(b, index)));
    }

    private static Sample matmul(SplittableRandom random) {
        long m = Layout.size(random);
        long k = Layout.size(random);
        long n = Layout.size(random);
        boolean batched = random.nextBoolean();
        Tensor a = batched ? tensor(random, 2, 1, m, k) : tensor(random, m, k);
        Tensor b = random.nextBoolean() ? tensor(random, 3, k, n) : tensor(random, k, n);
        long[] batch = batched
                ? (b.rank() == 3 ? new long[] {2, 3} : new long[] {2, 1})
                : b.rank() == 3 ? new long[] {3} : new long[0];
        return new Sample(new MatMul(), List.of(a, b), Shape.of(batch).append(m, n), index -> {
            int rank = index.length;
            double sum = 0;
            for (long i = 0; i < k; i++) {
                sum += repeated(a, Sample.at(index, rank - 1, i)) * repeated(b, Sample.at(index, rank - 2, i));
            }
            return sum;
        });
    }

    private static Sample permute(SplittableRandom random) {
        Tensor x = tensor(random, dims(random, 1));
        List<Integer> order = new ArrayList<>();
        for (int k = 0; k < x.rank(); k++) {
            order.add(random.nextInt(k + 1), k);
        }
        long[] dims = order.stream().mapToLong(axis -> x.dim(axis)).toArray();
        return new Sample(new Permute(order), List.of(x), Shape.of(dims), index -> {
            long[] at = new long[index.length];
            for (int k = 0; k < at.length; k++) {
                at[order.get(k)] = index[k];
            }
            return x.get(at);
        });
    }

    private static Sample recompute(SplittableRandom random) {
        Tensor x = tensor(random, dims(random, 0));
        Op op = new Recompute(in -> List.of(in.get(0).tanh().mul(in.get(0))), 1, new Draws());
        return new Sample(op, List.of(x), x.shape(), index -> Math.tanh(x.get(index)) * x.get(index));
    }

    private static Sample reduce(SplittableRandom random) {
        return random.nextBoolean() ? reduceTerms(random) : reduceNumbers(random);
    }

    /** Σ over terms of three inputs that broadcast together, and of a number. */
    private static Sample reduceTerms(SplittableRandom random) {
        Shape shape = Shape.of(dims(random, 0));
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            inputs.add(tensor(random, Layout.broadcastable(random, shape.raw())));
        }
        double number = random.nextDouble(-1, 1);
        var axes = new Axes(flags(random, shape.rank()));
        var term = Elementwise.withScalars(
                "term",
                3,
                1,
                (x, s) -> List.of(
                        x.get(0).mul(x.get(1)).add(x.get(2).mul(s.get(0)).sin())));
        Op op = new Reduce(Reduction.SUM, term, new double[] {number}, 0, shape, axes);
        return new Sample(op, inputs, axes.kept(shape), at -> {
            long[] dims = shape.dims();
            Arrays.setAll(dims, k -> axes.flags()[k] ? dims[k] : 1);
            return Arrays.stream(Sample.elements(Shape.of(dims), offset -> {
                        long[] index = at.clone();
                        Arrays.setAll(index, k -> index[k] + offset[k]);
                        return repeated(inputs.get(0), index) * repeated(inputs.get(1), index)
                                + Math.sin(repeated(inputs.get(2), index) * number);
                    }))
                    .sum();
        });
    }

    private static boolean[] flags(SplittableRandom random, int count) {
        boolean[] flags = new boolean[count];
        for (int k = 0; k < count; k++) {
            flags[k] = random.nextBoolean();
        }
        return flags;
    }

    private static Sample reduceNumbers(SplittableRandom random) {
        Reduction[] kinds = {Reduction.SUM, Reduction.MIN, Reduction.MAX};
        Reduction kind = kinds[random.nextInt(kinds.length)];
        long[] dims = dims(random, 0);
        if (kind != Reduction.SUM) {
            Arrays.setAll(dims, k -> Math.max(1, dims[k]));
        }
        Tensor x = kind == Reduction.SUM ? tensor(random, dims) : distinct(random, dims);
        var axes = new Axes(flags(random, x.rank()));
        var identity = Elementwise.of(v -> v);
        Op op = new Reduce(kind, identity, new double[0], 0, x.shape(), axes);
        return new Sample(op, List.of(x), axes.kept(x.shape()), index -> reduced(kind, x, axes, index, 0));
    }

    /** Numbers so far apart that a difference never changes which is the largest; where several tie there is no derivative. */
    static Tensor distinct(SplittableRandom random, long... dims) {
        double[] values = new double[(int) Shape.of(dims).size()];
        for (int i = 0; i < values.length; i++) {
            int at = random.nextInt(i + 1);
            values[i] = values[at];
            values[at] = .01 * i - 1;
        }
        Tensor compact = Tensor.of(values, values.length).reshape(dims);
        Layout[] faithful = {Layout.CONTIGUOUS, Layout.PERMUTED, Layout.FLIPPED, Layout.OFFSET, Layout.STEPPED};
        return faithful[random.nextInt(faithful.length)].arrange(compact, random);
    }

    private static double reduced(Reduction kind, Tensor x, Axes axes, long[] index, int axis) {
        if (axis == x.rank()) {
            return x.get(index);
        }
        if (!axes.flags()[axis]) {
            return reduced(kind, x, axes, index, axis + 1);
        }
        double result =
                kind == Reduction.SUM ? 0 : kind == Reduction.MIN ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
        for (long i = 0; i < x.dim(axis); i++) {
            double next = reduced(kind, x, axes, Sample.at(index, axis, i), axis + 1);
            result = switch (kind) {
                case SUM -> result + next;
                case MIN -> Math.min(result, next);
                case MAX -> Math.max(result, next);
                case PRODUCT -> result * next;
            };
        }
        return result;
    }

    private static Sample reshape(SplittableRandom random) {
        long a = random.nextLong(5);
        long b = 1 + random.nextLong(4);
        long c = 1 + random.nextLong(4);
        long[][] arrangements = {{a, b, c}, {a * b, c}, {a, b * c}, {a * b * c}, {c, a, b}, {1, b, a * c}, {b, 1, c, a}
        };
        Tensor x = tensor(random, arrangements[random.nextInt(arrangements.length)]);
        Shape shape = Shape.of(arrangements[random.nextInt(arrangements.length)]);
        double[] flat = x.toDoubleArray();
        long[] strides = org.culebra.kernel.Strided.contiguousStrides(shape.raw());
        return new Sample(new Reshape(shape), List.of(x), shape, index -> {
            long at = 0;
            for (int k = 0; k < index.length; k++) {
                at += index[k] * strides[k];
            }
            return flat[(int) at];
        });
    }

    private static Slice anySlice(SplittableRandom random, int axis, long dim) {
        long start = random.nextInt((int) dim);
        long step = 1 + random.nextLong(3);
        boolean backwards = random.nextBoolean();
        long most = backwards ? start / step + 1 : (dim - 1 - start) / step + 1;
        return new Slice(axis, start, random.nextInt((int) most + 1), backwards ? -step : step);
    }

    private static Sample slice(SplittableRandom random) {
        long[] dims = dims(random, 1);
        int axis = random.nextInt(dims.length);
        dims[axis] = 1 + random.nextLong(9);
        Tensor x = tensor(random, dims);
        Slice slice = anySlice(random, axis, dims[axis]);
        return new Sample(
                slice,
                List.of(x),
                x.shape().with(axis, slice.length()),
                index -> x.get(Sample.at(index, axis, slice.start() + index[axis] * slice.step())));
    }

    private static Sample unslice(SplittableRandom random) {
        long[] dims = dims(random, 1);
        int axis = random.nextInt(dims.length);
        long dim = 1 + random.nextLong(9);
        Slice slice = anySlice(random, axis, dim);
        dims[axis] = slice.length();
        Tensor x = tensor(random, dims);
        return new Sample(new Unslice(slice, dim), List.of(x), x.shape().with(axis, dim), index -> {
            for (long i = 0; i < slice.length(); i++) {
                if (slice.start() + i * slice.step() == index[axis]) {
                    return x.get(Sample.at(index, axis, i));
                }
            }
            return 0;
        });
    }

    private static Sample unfold(SplittableRandom random) {
        long[] dims = dims(random, 1);
        int axis = random.nextInt(dims.length);
        long size = 1 + random.nextLong(4);
        long step = 1 + random.nextLong(3);
        dims[axis] = size + random.nextLong(6);
        Tensor x = tensor(random, dims);
        Shape shape = x.shape().with(axis, (dims[axis] - size) / step + 1).append(size);
        return new Sample(new Unfold(axis, size, step), List.of(x), shape, index -> {
            long[] at = Arrays.copyOf(index, x.rank());
            at[axis] = index[axis] * step + index[x.rank()];
            return x.get(at);
        });
    }
}
