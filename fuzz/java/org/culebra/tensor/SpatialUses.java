package org.culebra.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The methods of {@link Spatial} and their definitions, over any number of axes. */
final class SpatialUses {
    private SpatialUses() {}

    static void addTo(Map<String, Use.Drawn> uses) {
        addConvolutions(uses);
        uses.put("maxPool2d(int)", random -> blocks(random, true));
        uses.put("avgPool2d(int)", random -> blocks(random, false));
        uses.put("maxPool1d(PoolOptions)", random -> pool(random, 1, true, Tensor::maxPool1d));
        uses.put("maxPool2d(PoolOptions)", random -> pool(random, 2, true, Tensor::maxPool2d));
        uses.put("maxPool3d(PoolOptions)", random -> pool(random, 3, true, Tensor::maxPool3d));
        uses.put("avgPool1d(PoolOptions)", random -> pool(random, 1, false, Tensor::avgPool1d));
        uses.put("avgPool2d(PoolOptions)", random -> pool(random, 2, false, Tensor::avgPool2d));
        uses.put("avgPool3d(PoolOptions)", random -> pool(random, 3, false, Tensor::avgPool3d));
        uses.put("adaptiveAvgPool(long[])", SpatialUses::adaptive);
        uses.put("resize(Interpolation, long[])", random -> resample(random, false));
        uses.put("upsample(Interpolation, double[])", random -> resample(random, true));
        uses.put("pad(long[])", random -> pad(random, PadMode.ZEROS, 0, (x, mode, value, amounts) -> x.pad(amounts)));
        uses.put(
                "padWith(double, long[])",
                random -> pad(random, PadMode.ZEROS, .75, (x, mode, value, amounts) -> x.padWith(value, amounts)));
        uses.put("pad(PadMode, long[])", random -> {
            PadMode mode = any(random, PadMode.values());
            return pad(random, mode, 0, (x, how, value, amounts) -> x.pad(how, amounts));
        });
    }

    private static void addConvolutions(Map<String, Use.Drawn> uses) {
        uses.put(
                "conv1d(Tensor, ConvOptions)",
                r -> convolve(r, 1, false, (in, o) -> in.get(0).conv1d(in.get(1), o)));
        uses.put(
                "conv2d(Tensor, ConvOptions)",
                r -> convolve(r, 2, false, (in, o) -> in.get(0).conv2d(in.get(1), o)));
        uses.put(
                "conv3d(Tensor, ConvOptions)",
                r -> convolve(r, 3, false, (in, o) -> in.get(0).conv3d(in.get(1), o)));
        uses.put(
                "conv1d(Tensor, Tensor, ConvOptions)",
                r -> convolve(r, 1, true, (in, o) -> in.get(0).conv1d(in.get(1), in.get(2), o)));
        uses.put(
                "conv2d(Tensor, Tensor, ConvOptions)",
                r -> convolve(r, 2, true, (in, o) -> in.get(0).conv2d(in.get(1), in.get(2), o)));
        uses.put(
                "conv3d(Tensor, Tensor, ConvOptions)",
                r -> convolve(r, 3, true, (in, o) -> in.get(0).conv3d(in.get(1), in.get(2), o)));
        uses.put(
                "convTranspose1d(Tensor, ConvOptions)",
                r -> transpose(r, 1, false, (in, o) -> in.get(0).convTranspose1d(in.get(1), o)));
        uses.put(
                "convTranspose2d(Tensor, ConvOptions)",
                r -> transpose(r, 2, false, (in, o) -> in.get(0).convTranspose2d(in.get(1), o)));
        uses.put(
                "convTranspose3d(Tensor, ConvOptions)",
                r -> transpose(r, 3, false, (in, o) -> in.get(0).convTranspose3d(in.get(1), o)));
        uses.put(
                "convTranspose1d(Tensor, Tensor, ConvOptions)",
                r -> transpose(r, 1, true, (in, o) -> in.get(0).convTranspose1d(in.get(1), in.get(2), o)));
        uses.put(
                "convTranspose2d(Tensor, Tensor, ConvOptions)",
                r -> transpose(r, 2, true, (in, o) -> in.get(0).convTranspose2d(in.get(1), in.get(2), o)));
        uses.put(
                "convTranspose3d(Tensor, Tensor, ConvOptions)",
                r -> transpose(r, 3, true, (in, o) -> in.get(0).convTranspose3d(in.get(1), in.get(2), o)));
    }

    private static <T> T any(SplittableRandom random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    private static double sum(Shape range, ToDoubleFunction<long[]> term) {
        return DoubleStream.of(Sample.elements(range, term)).sum();
    }

    // ---------------------------------------------------------------- convolution

    @FunctionalInterface
    private interface Convolution {
        Tensor apply(List<Tensor> inputs, ConvOptions options);
    }

    private static int[] ints(SplittableRandom random, int count, int low, int high) {
        return random.ints(count, low, high + 1).toArray();
    }

    /** How one kernel slides over some axes: place = output·stride − padding + tap·dilation. */
    private record Slide(int[] kernel, int[] stride, int[] padding, int[] dilation, int groups) {
        static Slide draw(SplittableRandom random, int axes) {
            return new Slide(
                    ints(random, axes, 1, axes == 3 ? 2 : 3),
                    ints(random, axes, 1, 3),
                    ints(random, axes, 0, 2),
                    ints(random, axes, 1, 2),
                    1 + random.nextInt(2));
        }

        int span(int k) {
            return (kernel[k] - 1) * dilation[k] + 1;
        }

        ConvOptions options() {
            return ConvOptions.DEFAULT
                    .stride(stride)
                    .padding(padding)
                    .dilation(dilation)
                    .groups(groups);
        }

        /** Images, channels, axes. */
        long[] dims(long first, long second, Function<Integer, Integer> size) {
            long[] dims = new long[2 + kernel.length];
            Arrays.setAll(dims, k -> k == 0 ? first : k == 1 ? second : size.apply(k - 2));
            return dims;
        }
    }

    private static List<Tensor> inputs(SplittableRandom random, long[] x, long[] w, long bias) {
        List<Tensor> inputs = new ArrayList<>(List.of(Samples.tensor(random, x), Samples.tensor(random, w)));
        if (bias > 0) {
            inputs.add(Samples.tensor(random, bias));
        }
        return inputs;
    }

    private static Use convolve(SplittableRandom random, int axes, boolean biased, Convolution call) {
        Slide s = Slide.draw(random, axes);
        int[] size = ints(random, axes, 0, 2);
        Arrays.setAll(size, k -> size[k] + Math.max(1, s.span(k) - 2 * s.padding[k]));
        long perGroup = 1 + random.nextLong(2);
        long outPerGroup = 1 + random.nextLong(2);
        long[] x = s.dims(1 + random.nextLong(2), s.groups * perGroup, k -> size[k]);
        long[] w = s.dims(s.groups * outPerGroup, perGroup, k -> s.kernel[k]);
        List<Tensor> in = inputs(random, x, w, biased ? w[0] : 0);
        Shape shape = Shape.of(s.dims(x[0], w[0], k -> (size[k] + 2 * s.padding[k] - s.span(k)) / s.stride[k] + 1));
        return new Use(
                in,
                like -> call.apply(like, s.options()),
                shape,
                at -> (biased ? in.get(2).get(at[1]) : 0)
                        + sum(Shape.of(w).with(0, 1), tap -> {
                            long[] from = at.clone();
                            from[1] = at[1] / outPerGroup * perGroup + tap[1];
                            boolean isThere = true;
                            for (int k = 0; k < axes; k++) {
                                from[2 + k] = at[2 + k] * s.stride[k] - s.padding[k] + tap[2 + k] * s.dilation[k];
                                isThere &= from[2 + k] >= 0 && from[2 + k] < size[k];
                            }
                            return isThere ? in.get(0).get(from) * in.get(1).get(Sample.at(tap, 0, at[1])) : 0;
                        }),
                true);
    }

    private static Use transpose(SplittableRandom random, int axes, boolean biased, Convolution call) {
        Slide s = Slide.draw(random, axes);
        int[] extra = new int[axes];
        int[] size = new int[axes];
        int[] result = new int[axes];
        for (int k = 0; k < axes; k++) {
            extra[k] = random.nextInt(Math.max(s.stride[k], s.dilation[k]));
            size[k] = 1 + random.nextInt(3);
            result[k] = (size[k] - 1) * s.stride[k] - 2 * s.padding[k] + s.span(k) + extra[k];
            if (result[k] < 1) {
                return transpose(random, axes, biased, call);
            }
        }
        long perGroup = 1 + random.nextLong(2);
        long outPerGroup = 1 + random.nextLong(2);
        long[] x = s.dims(1 + random.nextLong(2), s.groups * perGroup, k -> size[k]);
        long[] w = s.dims(s.groups * perGroup, outPerGroup, k -> s.kernel[k]);
        Shape shape = Shape.of(s.dims(x[0], s.groups * outPerGroup, k -> result[k]));
        List<Tensor> in = inputs(random, x, w, biased ? shape.dim(1) : 0);
        return new Use(
                in,
                like -> call.apply(like, s.options().outputPadding(extra)),
                shape,
                at -> (biased ? in.get(2).get(at[1]) : 0)
                        + sum(Shape.of(w).with(0, perGroup).with(1, 1), tap -> {
                            long[] from = at.clone();
                            from[1] = at[1] / outPerGroup * perGroup + tap[0];
                            boolean isThere = true;
                            for (int k = 0; k < axes; k++) {
                                long place = at[2 + k] + s.padding[k] - tap[2 + k] * s.dilation[k];
                                from[2 + k] = Math.floorDiv(place, s.stride[k]);
                                isThere &= from[2 + k] >= 0 && from[2 + k] < size[k];
                                isThere &= from[2 + k] * s.stride[k] == place;
                            }
                            long[] weight = Sample.at(Sample.at(tap, 0, from[1]), 1, at[1] % outPerGroup);
                            return isThere ? in.get(0).get(from) * in.get(1).get(weight) : 0;
                        }),
                true);
    }

    // ---------------------------------------------------------------- pooling

    @FunctionalInterface
    private interface Pool {
        Tensor apply(Tensor x, PoolOptions options);
    }

    private static Use blocks(SplittableRandom random, boolean max) {
        int k = 1 + random.nextInt(3);
        int[] size = ints(random, 2, k, 3 * k);
        var slide = new Slide(new int[] {k, k}, new int[] {k, k}, new int[2], new int[] {1, 1}, 1);
        int[] windows = {size[0] / k, size[1] / k};
        return pooled(random, slide, size, windows, max, true, x -> max ? x.maxPool2d(k) : x.avgPool2d(k));
    }

    private static Use pool(SplittableRandom random, int axes, boolean max, Pool call) {
        boolean ceil = random.nextBoolean();
        boolean counted = random.nextBoolean();
        while (true) {
            Slide s = Slide.draw(random, axes);
            int[] size = ints(random, axes, 1, 6);
            int[] windows = new int[axes];
            boolean isGood = true;
            for (int k = 0; k < axes; k++) {
                int room = size[k] + 2 * s.padding[k] - s.span(k);
                windows[k] = (ceil ? Math.ceilDiv(room, s.stride[k]) : room / s.stride[k]) + 1;
                if (ceil && (windows[k] - 1) * s.stride[k] >= size[k] + s.padding[k]) {
                    windows[k]--;
                }
                isGood &= room >= 0;
                for (int i = 0; i < windows[k]; i++) {
                    isGood &= sees(s, size, k, i);
                }
            }
            if (isGood) {
                PoolOptions options = PoolOptions.of(s.kernel)
                        .stride(s.stride)
                        .padding(s.padding)
                        .dilation(s.dilation)
                        .ceilMode(ceil)
                        .countPadding(counted);
                return pooled(random, s, size, windows, max, counted, x -> call.apply(x, options));
            }
        }
    }

    private static boolean sees(Slide s, int[] size, int k, int window) {
        return IntStream.range(0, s.kernel[k])
                .map(tap -> window * s.stride[k] - s.padding[k] + tap * s.dilation[k])
                .anyMatch(place -> place >= 0 && place < size[k]);
    }

    private static Use pooled(
            SplittableRandom random,
            Slide s,
            int[] size,
            int[] windows,
            boolean max,
            boolean counted,
            UnaryOperator<Tensor> call) {
        int lead = random.nextInt(3);
        long[] dims = new long[lead + size.length];
        Arrays.setAll(dims, k -> k < lead ? 2 : size[k - lead]);
        Shape shape = Shape.of(dims);
        for (int k = 0; k < windows.length; k++) {
            shape = shape.with(lead + k, windows[k]);
        }
        Tensor x = max ? Samples.distinct(random, dims) : Samples.tensor(random, dims);
        Shape taps = Shape.of(IntStream.of(s.kernel).asLongStream().toArray());
        return Use.of(x, call, shape, at -> {
            double[] best = {Double.NEGATIVE_INFINITY};
            double[] count = {0};
            double sum = sum(taps, tap -> {
                long[] from = at.clone();
                boolean isThere = true;
                boolean isCounted = true;
                for (int k = 0; k < size.length; k++) {
                    long place = at[lead + k] * s.stride[k] - s.padding[k] + tap[k] * s.dilation[k];
                    from[lead + k] = place;
                    isThere &= place >= 0 && place < size[k];
                    isCounted &= place < size[k] + s.padding[k];
                }
                count[0] += (counted ? isCounted : isThere) ? 1 : 0;
                best[0] = isThere ? Math.max(best[0], x.get(from)) : best[0];
                return isThere ? x.get(from) : 0;
            });
            return max ? best[0] : sum / count[0];
        });
    }

    private static Use adaptive(SplittableRandom random) {
        long[] dims = random.longs(1 + random.nextInt(3), 1, 7).toArray();
        long[] parts = random.longs(1 + random.nextInt(dims.length), 1, 6).toArray();
        int lead = dims.length - parts.length;
        Tensor x = Samples.tensor(random, dims);
        long[] result = dims.clone();
        System.arraycopy(parts, 0, result, lead, parts.length);
        return Use.of(x, in -> in.adaptiveAvgPool(parts), Shape.of(result), at -> {
            long[] start = at.clone();
            long[] length = new long[dims.length];
            Arrays.fill(length, 1);
            for (int k = lead; k < dims.length; k++) {
                start[k] = at[k] * dims[k] / result[k];
                length[k] = Math.ceilDiv((at[k] + 1) * dims[k], result[k]) - start[k];
            }
            Shape window = Shape.of(length);
            return sum(window, offset -> x.get(plus(start, offset))) / window.size();
        });
    }

    private static long[] plus(long[] a, long[] b) {
        long[] sum = a.clone();
        Arrays.setAll(sum, k -> a[k] + b[k]);
        return sum;
    }

    // ---------------------------------------------------------------- resampling and padding

    private static Use resample(SplittableRandom random, boolean byFactor) {
        double[] factors = {.5, 1, 1.5, 2, 2.5, 3};
        Interpolation how = any(random, Interpolation.values());
        long[] dims = random.longs(1 + random.nextInt(3), 2, 6).toArray();
        int axes = 1 + random.nextInt(dims.length);
        int lead = dims.length - axes;
        double[] factor = new double[axes];
        Arrays.setAll(factor, k -> factors[random.nextInt(factors.length)]);
        long[] sizes = new long[axes];
        Arrays.setAll(sizes, k -> byFactor ? (long) (dims[lead + k] * factor[k]) : 1 + random.nextLong(9));
        long[] result = dims.clone();
        System.arraycopy(sizes, 0, result, lead, axes);
        Tensor x = Samples.tensor(random, dims);
        return Use.of(x, in -> byFactor ? in.upsample(how, factor) : in.resize(how, sizes), Shape.of(result), at -> {
            double[] position = new double[axes];
            for (int k = 0; k < axes; k++) {
                double step = byFactor ? 1 / factor[k] : (double) dims[lead + k] / sizes[k];
                position[k] = position(how, at[lead + k], step, dims[lead + k], sizes[k]);
            }
            return between(x, at, position, lead);
        });
    }

    /** Where an element of the result lies in the input. */
    private static double position(Interpolation how, long i, double step, long inputs, long outputs) {
        return switch (how) {
            case NEAREST -> Math.min(inputs - 1.0, Math.floor(i * step + 1e-9));
            case LINEAR -> Math.clamp((i + .5) * step - .5, 0, inputs - 1.0);
            case LINEAR_CORNERS -> outputs == 1 ? 0 : (double) i * (inputs - 1) / (outputs - 1);
        };
    }

    /** Linear between the neighbours along one axis after the other. */
    private static double between(Tensor x, long[] at, double[] position, int axis) {
        if (axis == at.length) {
            return x.get(at);
        }
        double place = position[axis - at.length + position.length];
        long left = (long) place;
        long right = Math.min(left + 1, x.dim(axis) - 1);
        double weight = place - left;
        return (1 - weight) * between(x, Sample.at(at, axis, left), position, axis + 1)
                + weight * between(x, Sample.at(at, axis, right), position, axis + 1);
    }

    @FunctionalInterface
    private interface Padding {
        Tensor apply(Tensor x, PadMode mode, double value, long[] amounts);
    }

    private static Use pad(SplittableRandom random, PadMode mode, double value, Padding call) {
        long[] dims = random.longs(1 + random.nextInt(3), 5, 8).toArray();
        int rank = dims.length;
        // Two per axis, the last axis first; what is taken away leaves enough to continue.
        long[] amounts = random.longs(2L * (1 + random.nextInt(rank)), -1, 3).toArray();
        long[] result = dims.clone();
        for (int k = 0; k < amounts.length; k++) {
            result[rank - 1 - k / 2] += amounts[k];
        }
        Tensor x = Samples.tensor(random, dims);
        return Use.of(x, in -> call.apply(in, mode, value, amounts), Shape.of(result), at -> {
            long[] from = at.clone();
            for (int k = 0; k < amounts.length / 2; k++) {
                int axis = rank - 1 - k;
                from[axis] = continued(mode, at[axis] - amounts[2 * k], dims[axis], amounts[2 * k], amounts[2 * k + 1]);
                if (from[axis] < 0) {
                    return value;
                }
            }
            return x.get(from);
        });
    }

    /** The element that stands at a place of an axis that is cropped and continued; −1: none. */
    private static long continued(PadMode mode, long place, long dim, long before, long after) {
        long first = Math.max(0, -before);
        long length = dim - first - Math.max(0, -after);
        long at = place - first;
        boolean isInside = at >= 0 && at < length;
        return switch (mode) {
            case ZEROS -> isInside ? place : -1;
            case REFLECT -> first + (at < 0 ? -at : at >= length ? 2 * (length - 1) - at : at);
            case REPLICATE -> first + Math.clamp(at, 0, length - 1);
            case CIRCULAR -> first + Math.floorMod(at, length);
        };
    }
}
