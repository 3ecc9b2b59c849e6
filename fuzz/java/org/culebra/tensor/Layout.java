package org.culebra.tensor;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.culebra.memory.DType;

/**
 * Tensors as they come in practice: permuted, flipped, sliced out of something larger, with a step, repeated by a stride of 0.
 * The numbers are independent of the layout, so a test that compares with the compact copy always sees views.
 */
enum Layout {
    CONTIGUOUS {
        @Override
        Tensor arrange(Tensor compact, SplittableRandom random) {
            return compact;
        }
    },
    PERMUTED {
        @Override
        Tensor arrange(Tensor compact, SplittableRandom random) {
            int[] order = permutation(compact.rank(), random);
            int[] inverse = new int[order.length];
            for (int k = 0; k < order.length; k++) {
                inverse[order[k]] = k;
            }
            return compact.permute(order).copy().permute(inverse);
        }
    },
    FLIPPED {
        @Override
        Tensor arrange(Tensor compact, SplittableRandom random) {
            if (compact.rank() == 0) {
                return compact;
            }
            int axis = random.nextInt(compact.rank());
            return compact.flip(axis).copy().flip(axis);
        }
    },
    OFFSET {
        @Override
        Tensor arrange(Tensor compact, SplittableRandom random) {
            Tensor view = compact;
            for (int axis = 0; axis < compact.rank(); axis++) {
                view = embedded(view, axis, random.nextInt(4), 1);
            }
            return view;
        }
    },
    STEPPED {
        @Override
        Tensor arrange(Tensor compact, SplittableRandom random) {
            return compact.rank() == 0 ? compact : embedded(compact, random.nextInt(compact.rank()), 1, 3);
        }
    },
    REPEATED {
        // The first element along one axis, repeated: another tensor than the compact one, but with stride 0.
        @Override
        Tensor arrange(Tensor compact, SplittableRandom random) {
            int axis = compact.rank() == 0 ? -1 : random.nextInt(compact.rank());
            return axis < 0 || compact.size() == 0
                    ? compact
                    : compact.narrow(axis, 0, 1).expand(compact.shape());
        }
    };

    /** The same numbers (but for {@link #REPEATED}) in this layout. */
    abstract Tensor arrange(Tensor compact, SplittableRandom random);

    /** A random one of all layouts. */
    static Tensor any(Tensor compact, SplittableRandom random) {
        return values()[random.nextInt(values().length)].arrange(compact, random);
    }

    /** A random one of those that keep the numbers. */
    static Tensor faithful(Tensor compact, SplittableRandom random) {
        Layout[] layouts = {CONTIGUOUS, PERMUTED, FLIPPED, OFFSET, STEPPED};
        return layouts[random.nextInt(layouts.length)].arrange(compact, random);
    }

    /** The same numbers, rounded to another type, in a random layout; what a stride of 0 repeats is still repeated so. */
    static Tensor cast(Tensor x, DType dtype, SplittableRandom random) {
        Tensor part = x;
        for (int axis = 0; axis < x.rank(); axis++) {
            boolean isRepeated = x.dim(axis) > 1 && x.strided().strides()[axis] == 0;
            part = isRepeated ? part.narrow(axis, 0, 1) : part;
        }
        return faithful(part.to(dtype), random).expand(x.shape());
    }

    /** f64 numbers uniform in a range, under a random layout. */
    static Tensor random(SplittableRandom random, double low, double high, long... dims) {
        return any(compact(random, low, high, dims), random);
    }

    static Tensor compact(SplittableRandom random, double low, double high, long... dims) {
        double[] values = new double[(int) Shape.of(dims).size()];
        Arrays.setAll(values, i -> low + (high - low) * random.nextDouble());
        return Tensor.of(values, values.length).reshape(dims);
    }

    /** Sizes that trip loops: empty, one, odd, a vector and a bit. */
    static long size(SplittableRandom random) {
        int[] sizes = {0, 1, 1, 2, 3, 4, 5, 7, 8, 13, 17, 33};
        return sizes[random.nextInt(sizes.length)];
    }

    static long[] dims(SplittableRandom random, int mostAxes) {
        long[] dims = new long[random.nextInt(mostAxes + 1)];
        Arrays.setAll(dims, k -> size(random));
        return dims;
    }

    /** The same axes, some of them at size 1, leading ones perhaps missing: what broadcasts to {@code dims}. */
    static long[] broadcastable(SplittableRandom random, long[] dims) {
        long[] part = Arrays.copyOfRange(dims, random.nextInt(dims.length + 1), dims.length);
        for (int k = 0; k < part.length; k++) {
            part[k] = random.nextInt(4) == 0 ? 1 : part[k];
        }
        return part;
    }

    private static int[] permutation(int rank, SplittableRandom random) {
        int[] order = new int[rank];
        for (int k = 0; k < rank; k++) {
            int at = random.nextInt(k + 1);
            order[k] = order[at];
            order[at] = k;
        }
        return order;
    }

    private static Tensor embedded(Tensor x, int axis, int before, int step) {
        long dim = x.dim(axis);
        Tensor larger = Tensor.full(
                DType.F64, 1e30, x.shape().with(axis, before + dim * step + 2).dims());
        Tensor place = larger.to(x.dtype()).slice(axis, before, before + dim * step, step);
        return place.assign(x);
    }
}
