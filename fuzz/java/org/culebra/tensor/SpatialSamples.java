package org.culebra.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.culebra.kernel.Taps;
import org.culebra.kernel.Window;

/** Samplers for convolution, pooling, resampling and padding. */
final class SpatialSamples {
    private SpatialSamples() {}

    static void addTo(Map<Class<? extends Op>, Sample.Sampler> samplers) {
        samplers.put(Conv2d.class, SpatialSamples::conv2d);
        samplers.put(Conv2dInputGradient.class, SpatialSamples::inputGradient);
        samplers.put(Conv2dWeightGradient.class, SpatialSamples::weightGradient);
        samplers.put(MaxPool2d.class, SpatialSamples::maxPool2d);
        samplers.put(Pad.class, SpatialSamples::pad);
        samplers.put(PoolGather.class, SpatialSamples::poolGather);
        samplers.put(PoolScatter.class, SpatialSamples::poolScatter);
        samplers.put(Resample.class, SpatialSamples::resample);
    }

    // ---------------------------------------------------------------- windows

    /** Any geometry that convolution takes: windows may see padding only. */
    private static Window window(SplittableRandom random) {
        int size = 1 + random.nextInt(4);
        int stride = 1 + random.nextInt(3);
        int dilation = 1 + random.nextInt(3);
        int padding = random.nextInt(4);
        int span = (size - 1) * dilation + 1;
        int inputs = Math.max(1, span - 2 * padding) + random.nextInt(6);
        return new Window(size, stride, padding, dilation, inputs, (inputs + 2 * padding - span) / stride + 1);
    }

    private static Window poolWindow(SplittableRandom random) {
        while (true) {
            Window window = window(random);
            boolean full = true;
            for (int i = 0; i < window.outputs(); i++) {
                full &= window.first(i) < window.end(i);
            }
            if (full) {
                return window;
            }
        }
    }

    private static long place(Window window, long output, long tap) {
        return output * window.stride() - window.padding() + tap * window.dilation();
    }

    private static boolean has(Window window, long place) {
        return place >= 0 && place < window.inputs();
    }

    // ---------------------------------------------------------------- convolution

    /** All sizes of a convolution. */
    private record Sizes(Window rows, Window columns, int groups, long n, long c, long o) {
        static Sizes draw(SplittableRandom random) {
            int groups = 1 + random.nextInt(3);
            return new Sizes(
                    window(random),
                    window(random),
                    groups,
                    random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(2),
                    groups * (1L + random.nextInt(3)),
                    groups * (1L + random.nextInt(3)));
        }

        Tensor x(SplittableRandom random) {
            return Samples.tensor(random, n, c, rows.inputs(), columns.inputs());
        }

        Tensor y(SplittableRandom random) {
            return Samples.tensor(random, n, o, rows.outputs(), columns.outputs());
        }

        Tensor w(SplittableRandom random) {
            return Samples.tensor(random, o, c / groups, rows.size(), columns.size());
        }

        /** Σ over all terms w[o,c,a,b]·x[n,c,…]·y[n,o,i,j] that exist and that the filter lets pass. */
        double sum(Term filter) {
            double sum = 0;
            for (long image = 0; image < n; image++) {
                for (long out = 0; out < o; out++) {
                    for (long in = 0; in < c / groups; in++) {
                        sum += planes(filter, image, out, in);
                    }
                }
            }
            return sum;
        }

        private double planes(Term term, long image, long out, long in) {
            double sum = 0;
            long channel = out / (o / groups) * (c / groups) + in;
            for (long i = 0; i < rows.outputs(); i++) {
                for (long j = 0; j < columns.outputs(); j++) {
                    for (long a = 0; a < rows.size(); a++) {
                        for (long b = 0; b < columns.size(); b++) {
                            long row = place(rows, i, a);
                            long column = place(columns, j, b);
                            if (has(rows, row) && has(columns, column)) {
                                sum += term.value(
                                        new long[] {image, channel, row, column},
                                        new long[] {out, in, a, b},
                                        new long[] {image, out, i, j});
                            }
                        }
                    }
                }
            }
            return sum;
        }
    }

    /** One term: 0 where its place in the result is another. */
    @FunctionalInterface
    private interface Term {
        double value(long[] x, long[] w, long[] y);
    }

    private static boolean same(long[] a, long[] b) {
        return Arrays.equals(a, b);
    }

    private static Sample conv2d(SplittableRandom random) {
        Sizes s = Sizes.draw(random);
        List<Tensor> inputs = new ArrayList<>(List.of(s.x(random), s.w(random)));
        if (random.nextBoolean()) {
            inputs.add(Samples.tensor(random, s.o));
        }
        Shape shape = Shape.of(s.n, s.o, s.rows.outputs(), s.columns.outputs());
        return new Sample(
                new Conv2d(s.rows, s.columns, s.groups),
                inputs,
                shape,
                at -> (inputs.size() > 2 ? inputs.get(2).get(at[1]) : 0)
                        + s.sum((x, w, y) -> same(y, at)
                                ? inputs.get(0).get(x) * inputs.get(1).get(w)
                                : 0));
    }

    private static Sample inputGradient(SplittableRandom random) {
        Sizes s = Sizes.draw(random);
        List<Tensor> inputs = new ArrayList<>(List.of(s.y(random), s.w(random)));
        if (random.nextBoolean()) {
            inputs.add(Samples.tensor(random, s.c));
        }
        Shape shape = Shape.of(s.n, s.c, s.rows.inputs(), s.columns.inputs());
        return new Sample(
                new Conv2dInputGradient(s.rows, s.columns, s.groups),
                inputs,
                shape,
                at -> (inputs.size() > 2 ? inputs.get(2).get(at[1]) : 0)
                        + s.sum((x, w, y) -> same(x, at)
                                ? inputs.get(0).get(y) * inputs.get(1).get(w)
                                : 0));
    }

    private static Sample weightGradient(SplittableRandom random) {
        Sizes s = Sizes.draw(random);
        Tensor x = s.x(random);
        Tensor y = s.y(random);
        Shape shape = Shape.of(s.o, s.c / s.groups, s.rows.size(), s.columns.size());
        return new Sample(
                new Conv2dWeightGradient(s.rows, s.columns, s.groups),
                List.of(x, y),
                shape,
                at -> s.sum((from, w, to) -> same(w, at) ? x.get(from) * y.get(to) : 0));
    }

    // ---------------------------------------------------------------- pooling

    /** Numbers so far apart that a small step changes no winner. */
    private static Tensor apart(SplittableRandom random, long... dims) {
        double[] values = new double[(int) Shape.of(dims).size()];
        for (int i = 0; i < values.length; i++) {
            int at = random.nextInt(i + 1);
            values[i] = values[at];
            values[at] = .02 * i - 1;
        }
        return Layout.faithful(Tensor.of(values, dims), random);
    }

    private static Sample maxPool2d(SplittableRandom random) {
        Window rows = poolWindow(random);
        Window columns = poolWindow(random);
        Tensor x = apart(random, random.nextInt(3), rows.inputs(), columns.inputs());
        Shape shape = Shape.of(x.dim(0), rows.outputs(), columns.outputs());
        return new Sample(new MaxPool2d(rows, columns), List.of(x), shape, at -> {
            double best = Double.NEGATIVE_INFINITY;
            for (int a = 0; a < rows.size(); a++) {
                for (int b = 0; b < columns.size(); b++) {
                    long i = place(rows, at[1], a);
                    long j = place(columns, at[2], b);
                    best = has(rows, i) && has(columns, j) ? Math.max(best, x.get(at[0], i, j)) : best;
                }
            }
            return best;
        });
    }

    private static Tensor indices(SplittableRandom random, long bound, long... dims) {
        int[] values = new int[(int) Shape.of(dims).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (int) random.nextLong(bound);
        }
        return Layout.any(Tensor.of(values, dims), random);
    }

    private static Sample poolGather(SplittableRandom random) {
        long planes = random.nextInt(3);
        long columns = 1L + random.nextInt(5);
        Tensor x = Samples.tensor(random, planes, 1L + random.nextInt(5), columns);
        Tensor indices = indices(random, x.dim(1) * columns, planes, random.nextInt(4), 1L + random.nextInt(6));
        return new Sample(new PoolGather(), List.of(x), List.of(indices), indices.shape(), at -> {
            long index = (long) indices.get(at);
            return x.get(at[0], index / columns, index % columns);
        });
    }

    private static Sample poolScatter(SplittableRandom random) {
        long rows = 1L + random.nextInt(5);
        long columns = 1L + random.nextInt(5);
        Tensor x = Samples.tensor(random, random.nextInt(3), random.nextInt(4), 1L + random.nextInt(6));
        Tensor indices = indices(random, rows * columns, x.shape().dims());
        Shape shape = Shape.of(x.dim(0), rows, columns);
        return new Sample(new PoolScatter(rows, columns), List.of(x), List.of(indices), shape, at -> {
            double sum = 0;
            for (long i = 0; i < x.dim(1); i++) {
                for (long j = 0; j < x.dim(2); j++) {
                    boolean here = indices.get(at[0], i, j) == at[1] * columns + at[2];
                    sum += here ? x.get(at[0], i, j) : 0;
                }
            }
            return sum;
        });
    }

    // ---------------------------------------------------------------- resampling and padding

    private static Taps taps(SplittableRandom random) {
        int inputs = 1 + random.nextInt(9);
        if (random.nextInt(4) == 0) {
            return Taps.identity(inputs);
        }
        int outputs = random.nextInt(9);
        var taps = new Taps.Builder(inputs, outputs);
        for (int i = 0; i < outputs; i++) {
            for (int t = random.nextInt(4); t > 0; t--) {
                taps.add(random.nextInt(inputs), random.nextDouble() - .5);
            }
            taps.next();
        }
        return taps.build();
    }

    private static Sample resample(SplittableRandom random) {
        Taps rows = taps(random);
        Taps columns = taps(random);
        Tensor x = Samples.tensor(random, random.nextInt(3), rows.inputs(), columns.inputs());
        Shape shape = Shape.of(x.dim(0), rows.outputs(), columns.outputs());
        return new Sample(new Resample(rows, columns), List.of(x), shape, at -> {
            double sum = 0;
            for (int s = rows.starts()[(int) at[1]]; s < rows.starts()[(int) at[1] + 1]; s++) {
                for (int t = columns.starts()[(int) at[2]]; t < columns.starts()[(int) at[2] + 1]; t++) {
                    double weight = rows.weights()[s] * columns.weights()[t];
                    sum += weight * x.get(at[0], rows.sources()[s], columns.sources()[t]);
                }
            }
            return sum;
        });
    }

    private static Sample pad(SplittableRandom random) {
        Tensor x = Samples.tensor(random, Samples.dims(random, 0));
        List<Long> before = new ArrayList<>();
        List<Long> after = new ArrayList<>();
        long[] dims = x.shape().dims();
        for (int k = 0; k < dims.length; k++) {
            before.add(random.nextLong(3));
            after.add(random.nextLong(3));
            dims[k] += before.get(k) + after.get(k);
        }
        return new Sample(new Pad(before, after, .5), List.of(x), Shape.of(dims), at -> {
            long[] inside = at.clone();
            boolean in = true;
            for (int k = 0; k < inside.length; k++) {
                inside[k] -= before.get(k);
                in &= inside[k] >= 0 && inside[k] < x.dim(k);
            }
            return in ? x.get(inside) : .5;
        });
    }
}
