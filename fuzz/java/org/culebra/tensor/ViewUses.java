package org.culebra.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.culebra.memory.DType;

/** The methods of {@link Views} and their definitions. */
final class ViewUses {
    private ViewUses() {}

    static void addTo(Map<String, Use.Drawn> uses) {
        uses.put("reshape(long[])", random -> reshape(random, true));
        uses.put("reshape(Shape)", random -> reshape(random, false));
        uses.put("flatten(int)", ViewUses::flatten);
        uses.put("permute(int[])", ViewUses::permute);
        uses.put("transpose(int, int)", random -> transpose(random, false));
        uses.put("transpose()", random -> transpose(random, true));
        uses.put("expand(long[])", random -> expand(random, true));
        uses.put("expand(Shape)", random -> expand(random, false));
        uses.put("unsqueeze(int)", ViewUses::unsqueeze);
        uses.put("squeeze()", ViewUses::squeezeAll);
        uses.put("squeeze(int)", ViewUses::squeeze);
        uses.put("slice(int, long, long, long)", random -> slice(random, true));
        uses.put("slice(int, long, long)", random -> slice(random, false));
        uses.put("narrow(int, long, long)", ViewUses::narrow);
        uses.put("select(int, long)", ViewUses::select);
        uses.put("flip(int[])", ViewUses::flip);
        uses.put("split(int, long)", random -> pieces(random, true));
        uses.put("chunk(int, int)", random -> pieces(random, false));
        uses.put("unfold(int, long, long)", ViewUses::unfold);
        uses.put("to(DType)", ViewUses::to);
        uses.put("contiguous()", random -> same(random, Tensor::contiguous));
        uses.put("copy()", random -> same(random, Tensor::copy));
        uses.put("sumTo(Shape)", ViewUses::sumTo);
    }

    private static Tensor any(SplittableRandom random, int fewestAxes) {
        return Samples.tensor(random, Samples.dims(random, fewestAxes));
    }

    /** With an axis of 1 to 9 elements. */
    private static Tensor filled(SplittableRandom random, int axis, long[] dims) {
        dims[axis] = 1 + random.nextLong(9);
        return Samples.tensor(random, dims);
    }

    private static Use reshape(SplittableRandom random, boolean inferred) {
        long[] sizes = random.longs(3, 1, 5).toArray();
        Tensor x = Samples.tensor(random, sizes);
        long[] target = {sizes[2], sizes[0] * sizes[1]};
        long[] open = target.clone();
        open[random.nextInt(2)] = -1;
        Shape shape = Shape.of(target);
        return Use.inOrder(x, in -> inferred ? in.reshape(open) : in.reshape(shape), shape);
    }

    private static Use flatten(SplittableRandom random) {
        Tensor x = any(random, 1);
        int start = random.nextInt(x.rank());
        long[] dims = Arrays.copyOf(x.shape().raw(), start + 1);
        dims[start] = LongStream.of(x.shape().raw()).skip(start).reduce(1, (a, b) -> a * b);
        int named = Use.named(random, start, x.rank());
        return Use.inOrder(x, in -> in.flatten(named), Shape.of(dims));
    }

    private static Use reordered(Tensor x, UnaryOperator<Tensor> call, int[] order) {
        long[] dims = IntStream.of(order).mapToLong(x::dim).toArray();
        return Use.of(x, call, Shape.of(dims), index -> {
            long[] at = new long[index.length];
            for (int k = 0; k < at.length; k++) {
                at[order[k]] = index[k];
            }
            return x.get(at);
        });
    }

    private static Use permute(SplittableRandom random) {
        Tensor x = any(random, 1);
        int[] order = IntStream.range(0, x.rank()).toArray();
        for (int k = order.length - 1; k > 0; k--) {
            int other = random.nextInt(k + 1);
            int axis = order[k];
            order[k] = order[other];
            order[other] = axis;
        }
        int[] named = IntStream.of(order)
                .map(axis -> Use.named(random, axis, x.rank()))
                .toArray();
        return reordered(x, in -> in.permute(named), order);
    }

    private static Use transpose(SplittableRandom random, boolean last) {
        Tensor x = any(random, 2);
        int a = last ? x.rank() - 1 : random.nextInt(x.rank());
        int b = last ? x.rank() - 2 : random.nextInt(x.rank());
        int[] order = IntStream.range(0, x.rank()).toArray();
        order[a] = b;
        order[b] = a;
        int named = Use.named(random, a, x.rank());
        return reordered(x, in -> last ? in.transpose() : in.transpose(named, b), order);
    }

    private static Use expand(SplittableRandom random, boolean kept) {
        Shape shape = Shape.of(Samples.dims(random, 0));
        Tensor x = Samples.tensor(random, Layout.broadcastable(random, shape.raw()));
        long[] open = shape.dims();
        for (int k = open.length - x.rank(); k < open.length; k++) {
            open[k] = x.dim(k - open.length) == open[k] ? -1 : open[k];
        }
        return Use.of(x, in -> kept ? in.expand(open) : in.expand(shape), shape, at -> Samples.repeated(x, at));
    }

    private static Use unsqueeze(SplittableRandom random) {
        Tensor x = any(random, 0);
        int at = random.nextInt(x.rank() + 1);
        int named = Use.named(random, at, x.rank() + 1);
        return Use.inOrder(x, in -> in.unsqueeze(named), x.shape().insert(at, 1));
    }

    private static Use squeezeAll(SplittableRandom random) {
        long[] dims = random.longs(1 + random.nextInt(4), 1, 4).toArray();
        Shape shape = Shape.of(LongStream.of(dims).filter(dim -> dim != 1).toArray());
        return Use.inOrder(Samples.tensor(random, dims), Tensor::squeeze, shape);
    }

    private static Use squeeze(SplittableRandom random) {
        long[] dims = random.longs(1 + random.nextInt(3), 1, 3).toArray();
        int axis = random.nextInt(dims.length);
        Shape shape = dims[axis] == 1 ? Shape.of(dims).without(axis) : Shape.of(dims);
        int named = Use.named(random, axis, dims.length);
        return Use.inOrder(Samples.tensor(random, dims), in -> in.squeeze(named), shape);
    }

    /** Some positions along an axis, in this order. */
    private static Use chosen(Tensor x, UnaryOperator<Tensor> call, int axis, long[] positions) {
        return Use.of(
                x,
                call,
                x.shape().with(axis, positions.length),
                at -> x.get(Sample.at(at, axis, positions[(int) at[axis]])));
    }

    private static Use slice(SplittableRandom random, boolean stepped) {
        long[] dims = Samples.dims(random, 1);
        int axis = random.nextInt(dims.length);
        Tensor x = filled(random, axis, dims);
        long dim = x.dim(axis);
        long start = random.nextLong(-12, 13);
        long stop = random.nextLong(-12, 13);
        long step = !stepped ? 1 : random.nextBoolean() ? 1 + random.nextLong(3) : -1 - random.nextLong(3);
        // As Python does: from the end where negative, clipped, and those on the way that exist.
        long first = Math.clamp(start < 0 ? start + dim : start, step > 0 ? 0 : -1, step > 0 ? dim : dim - 1);
        long end = stop < 0 ? stop + dim : stop;
        long[] positions = LongStream.iterate(first, at -> step > 0 ? at < end : at > end, at -> at + step)
                .limit(dim + 1)
                .filter(at -> at >= 0 && at < dim)
                .toArray();
        int named = Use.named(random, axis, x.rank());
        return chosen(
                x, in -> stepped ? in.slice(named, start, stop, step) : in.slice(named, start, stop), axis, positions);
    }

    private static Use narrow(SplittableRandom random) {
        long[] dims = Samples.dims(random, 1);
        int axis = random.nextInt(dims.length);
        Tensor x = filled(random, axis, dims);
        long start = random.nextLong(x.dim(axis));
        long length = random.nextLong(x.dim(axis) - start + 1);
        long named = random.nextBoolean() ? start : start - x.dim(axis);
        return chosen(
                x,
                in -> in.narrow(axis, named, length),
                axis,
                LongStream.range(start, start + length).toArray());
    }

    private static Use select(SplittableRandom random) {
        long[] dims = Samples.dims(random, 1);
        int axis = random.nextInt(dims.length);
        Tensor x = filled(random, axis, dims);
        long position = random.nextLong(x.dim(axis));
        long named = random.nextBoolean() ? position : position - x.dim(axis);
        return Use.of(x, in -> in.select(axis, named), x.shape().without(axis), at -> {
            long[] index = new long[x.rank()];
            for (int k = 0; k < index.length; k++) {
                index[k] = k == axis ? position : at[k < axis ? k : k - 1];
            }
            return x.get(index);
        });
    }

    private static Use flip(SplittableRandom random) {
        Tensor x = any(random, 1);
        int[] axes = IntStream.range(0, x.rank())
                .filter(axis -> random.nextBoolean())
                .toArray();
        boolean[] isFlipped = new boolean[x.rank()];
        Arrays.fill(isFlipped, axes.length == 0);
        IntStream.of(axes).forEach(axis -> isFlipped[axis] = true);
        return Use.of(x, in -> in.flip(axes), x.shape(), at -> {
            long[] index = at.clone();
            Arrays.setAll(index, k -> isFlipped[k] ? x.dim(k) - 1 - at[k] : at[k]);
            return x.get(index);
        });
    }

    private static Use pieces(SplittableRandom random, boolean bySize) {
        long[] dims = Samples.dims(random, 1);
        int axis = random.nextInt(dims.length);
        Tensor x = filled(random, axis, dims);
        long dim = x.dim(axis);
        int count = 1 + random.nextInt(5);
        long size = bySize ? 1 + random.nextLong(5) : Math.ceilDiv(dim, count);
        int piece = random.nextInt((int) Math.ceilDiv(dim, size));
        return chosen(
                x,
                in -> {
                    List<Tensor> all = bySize ? in.split(axis, size) : in.chunk(axis, count);
                    return all.size() == Math.ceilDiv(dim, size) ? all.get(piece) : Tensor.zeros(all.size());
                },
                axis,
                LongStream.range(piece * size, Math.min(dim, (piece + 1) * size))
                        .toArray());
    }

    private static Use unfold(SplittableRandom random) {
        long[] dims = Samples.dims(random, 1);
        int axis = random.nextInt(dims.length);
        Tensor x = filled(random, axis, dims);
        long size = 1 + random.nextLong(x.dim(axis));
        long step = 1 + random.nextLong(3);
        Shape shape = x.shape().with(axis, (x.dim(axis) - size) / step + 1).append(size);
        return Use.of(x, in -> in.unfold(axis - in.rank(), size, step), shape, at -> {
            long[] index = Arrays.copyOf(at, x.rank());
            index[axis] = at[axis] * step + at[x.rank()];
            return x.get(index);
        });
    }

    private static Use to(SplittableRandom random) {
        Tensor x = any(random, 0);
        DType[] types = {DType.F32, DType.I32, DType.I64, DType.BOOL};
        DType type = types[random.nextInt(types.length)];
        return Use.of(x, in -> in.to(type), x.shape(), at -> switch (type) {
                    case F32 -> (float) x.get(at);
                    case BOOL -> x.get(at) == 0 ? 0 : 1;
                    default -> (long) x.get(at);
                })
                .stepwise();
    }

    private static Use same(SplittableRandom random, UnaryOperator<Tensor> call) {
        Tensor x = any(random, 0);
        return Use.of(x, call, x.shape(), x::get);
    }

    private static Use sumTo(SplittableRandom random) {
        Tensor x = any(random, 0);
        Shape shape = Shape.of(Layout.broadcastable(random, x.shape().raw()));
        int lead = x.rank() - shape.rank();
        return Use.of(x, in -> in.sumTo(shape), shape, at -> {
            double sum = 0;
            for (double term : Sample.elements(x.shape(), index -> {
                boolean isHere = true;
                for (int k = 0; k < at.length; k++) {
                    isHere &= shape.raw()[k] == 1 || index[lead + k] == at[k];
                }
                return isHere ? x.get(index) : 0;
            })) {
                sum += term;
            }
            return sum;
        });
    }
}
