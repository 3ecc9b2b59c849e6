package org.culebra.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.culebra.memory.DType;

/** The methods of {@link Indexing} and their definitions. */
final class IndexUses {
    private IndexUses() {}

    static void addTo(Map<String, Use.Drawn> uses) {
        uses.put("gather(int, Tensor)", IndexUses::gather);
        uses.put("scatterAdd(int, Tensor, Tensor)", IndexUses::scatterAdd);
        uses.put("indexSelect(int, Tensor)", IndexUses::indexSelect);
        uses.put("indexAdd(int, Tensor, Tensor)", IndexUses::indexAdd);
        uses.put("embedding(Tensor)", IndexUses::embedding);
        uses.put("oneHot(long)", random -> oneHot(random, false));
        uses.put("oneHot(long, DType)", random -> oneHot(random, true));
        uses.put("maskedSelect(Tensor)", IndexUses::maskedSelect);
        uses.put("nonZero()", IndexUses::nonZero);
        uses.put("sort(int, boolean)", random -> order(random, Kind.SORT));
        uses.put("argSort(int, boolean)", random -> order(random, Kind.ARG_SORT));
        uses.put("topK(long, int, boolean)", random -> order(random, Kind.TOP_K));
    }

    /** A tensor with something along an axis. */
    private record Along(Tensor x, int axis, int named) {
        static Along draw(SplittableRandom random) {
            long[] dims = Samples.dims(random, 1);
            int axis = random.nextInt(dims.length);
            dims[axis] = 1 + random.nextLong(9);
            return new Along(Samples.tensor(random, dims), axis, Use.named(random, axis, dims.length));
        }

        long dim() {
            return x.dim(axis);
        }
    }

    private static Use gather(SplittableRandom random) {
        Along a = Along.draw(random);
        Shape shape = a.x.shape().with(a.axis, random.nextLong(9));
        long[] dims = shape.dims();
        Arrays.setAll(dims, k -> k != a.axis && random.nextInt(3) == 0 ? 1 : dims[k]);
        Tensor index = IndexSamples.indices(random, a.dim(), Shape.of(dims));
        return Use.of(
                a.x,
                in -> in.gather(a.named, index),
                shape,
                at -> a.x.get(Sample.at(at, a.axis, (long) Samples.repeated(index, at))));
    }

    private static Use scatterAdd(SplittableRandom random) {
        Along a = Along.draw(random);
        Shape shape = a.x.shape().with(a.axis, random.nextLong(9));
        Tensor index = IndexSamples.indices(random, a.dim(), shape);
        Tensor source = Samples.tensor(random, shape.raw());
        return new Use(
                List.of(a.x, source),
                in -> in.get(0).scatterAdd(a.named, index, in.get(1)),
                a.x.shape(),
                at -> {
                    double sum = a.x.get(at);
                    for (long i = 0; i < shape.raw()[a.axis]; i++) {
                        long[] from = Sample.at(at, a.axis, i);
                        sum += index.get(from) == at[a.axis] ? source.get(from) : 0;
                    }
                    return sum;
                },
                true);
    }

    private static Use indexSelect(SplittableRandom random) {
        Along a = Along.draw(random);
        Tensor index = IndexSamples.indices(random, a.dim(), Shape.of(random.nextLong(9)));
        return Use.of(
                a.x,
                in -> in.indexSelect(a.named, index),
                a.x.shape().with(a.axis, index.size()),
                at -> a.x.get(Sample.at(at, a.axis, (long) index.get(at[a.axis]))));
    }

    private static Use indexAdd(SplittableRandom random) {
        Along a = Along.draw(random);
        Tensor index = IndexSamples.indices(random, a.dim(), Shape.of(random.nextLong(9)));
        Tensor source =
                Samples.tensor(random, a.x.shape().with(a.axis, index.size()).raw());
        return new Use(
                List.of(a.x, source),
                in -> in.get(0).indexAdd(a.named, index, in.get(1)),
                a.x.shape(),
                at -> {
                    double sum = a.x.get(at);
                    for (long i = 0; i < index.size(); i++) {
                        sum += index.get(i) == at[a.axis] ? source.get(Sample.at(at, a.axis, i)) : 0;
                    }
                    return sum;
                },
                true);
    }

    private static Use embedding(SplittableRandom random) {
        long[] dims = Samples.dims(random, 1);
        dims[0] = 1 + random.nextLong(9);
        Tensor x = Samples.tensor(random, dims);
        Tensor index = IndexSamples.indices(random, dims[0], Shape.of(Samples.dims(random, 0)));
        int rank = index.rank();
        Shape shape = index.shape().append(x.shape().without(0).raw());
        return Use.of(x, in -> in.embedding(index), shape, at -> {
            long[] inTable = Arrays.copyOfRange(at, rank - 1 + (rank == 0 ? 1 : 0), at.length);
            long row = (long) index.get(Arrays.copyOf(at, rank));
            return rank == 0 ? x.get(prefixed(row, inTable)) : x.get(Sample.at(inTable, 0, row));
        });
    }

    private static long[] prefixed(long first, long[] rest) {
        long[] all = new long[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    private static Use oneHot(SplittableRandom random, boolean typed) {
        long classes = 1 + random.nextLong(6);
        Tensor labels = IndexSamples.indices(random, classes, Shape.of(Samples.dims(random, 0)));
        DType[] types = DType.values();
        DType type = types[random.nextInt(types.length)];
        int last = labels.rank();
        return new Use(
                List.of(),
                in -> typed ? labels.oneHot(classes, type) : labels.oneHot(classes),
                labels.shape().append(classes),
                at -> labels.get(Arrays.copyOf(at, last)) == at[last] ? 1 : 0,
                false);
    }

    private static Use maskedSelect(SplittableRandom random) {
        Tensor x = Samples.tensor(random, Samples.dims(random, 0));
        Tensor mask = Samples.tensor(
                        random, Layout.broadcastable(random, x.shape().raw()))
                .gt(0);
        double[] numbers = x.toDoubleArray();
        double[] marks = Sample.elements(x.shape(), at -> Samples.repeated(mask, at));
        double[] chosen = IntStream.range(0, marks.length)
                .filter(e -> marks[e] != 0)
                .mapToDouble(e -> numbers[e])
                .toArray();
        return Use.of(x, in -> in.maskedSelect(mask), Shape.of(chosen.length), at -> chosen[(int) at[0]]);
    }

    private static Use nonZero(SplittableRandom random) {
        Tensor all = Samples.tensor(random, Samples.dims(random, 0));
        Tensor x = all.mul(all.gt(0));
        List<long[]> places = new ArrayList<>();
        Sample.elements(x.shape(), at -> {
            if (x.get(at) != 0) {
                places.add(at.clone());
            }
            return 0;
        });
        Shape shape = Shape.of(places.size(), x.rank());
        return Use.of(x, Tensor::nonZero, shape, at -> places.get((int) at[0])[(int) at[1]])
                .stepwise();
    }

    private enum Kind {
        SORT,
        ARG_SORT,
        TOP_K
    }

    private static Use order(SplittableRandom random, Kind kind) {
        long[] dims = Samples.dims(random, 1);
        int axis = random.nextInt(dims.length);
        dims[axis] = 1 + random.nextLong(9);
        Tensor x = Samples.distinct(random, dims);
        boolean descending = random.nextBoolean();
        long k = kind == Kind.TOP_K ? random.nextLong(dims[axis] + 1) : dims[axis];
        Use use = Use.of(
                x,
                in -> switch (kind) {
                    case SORT -> in.sort(axis, descending).values();
                    case ARG_SORT -> in.argSort(axis, descending);
                    case TOP_K -> in.topK(k, axis, descending).values();
                },
                x.shape().with(axis, k),
                at -> {
                    long place = place(x, axis, at, descending);
                    return kind == Kind.ARG_SORT ? place : x.get(Sample.at(at, axis, place));
                });
        return kind == Kind.ARG_SORT ? use.stepwise() : use;
    }

    /** The position of that element which as many others precede as the index says. */
    private static long place(Tensor x, int axis, long[] at, boolean descending) {
        for (long i = 0; i < x.dim(axis); i++) {
            double number = x.get(Sample.at(at, axis, i));
            long before = 0;
            for (long j = 0; j < x.dim(axis); j++) {
                double other = x.get(Sample.at(at, axis, j));
                before += descending ? (other > number ? 1 : 0) : other < number ? 1 : 0;
            }
            if (before == at[axis]) {
                return i;
            }
        }
        throw new IllegalStateException("numbers that tie");
    }
}
