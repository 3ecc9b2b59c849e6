package org.culebra.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.culebra.memory.DType;
import org.culebra.memory.Scope;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One array per example, read by position: a tensor in memory, files read when they are asked for, or what is made of other
 * columns.
 *
 * @param size N, the number of examples
 * @param dtype of each array
 * @param shape of each array
 * @param reader brings them
 */
public record Column(long size, DType dtype, Shape shape, Reader reader) {

    /** Brings the arrays of some examples. */
    @FunctionalInterface
    public interface Reader {
        /**
         * [B, …] for B positions between 0 and N − 1, in memory that nobody else uses. It is called by one thread at a time for
         * each loop over the data.
         */
        Tensor read(long... positions);
    }

    /** What is in memory already. */
    private record Held(Tensor values) implements Reader {
        @Override
        public Tensor read(long... positions) {
            return values.indexSelect(0, Tensor.of(positions));
        }
    }

    /**
     * The slices of a tensor: [N, …].
     *
     * @throws IllegalArgumentException if it is a scalar
     */
    public static Column of(Tensor values) {
        if (values.rank() == 0) {
            throw new IllegalArgumentException(
                    "column: examples lie along the first axis, but a scalar has none: " + values.describe());
        }
        return new Column(values.dim(0), values.dtype(), values.shape().without(0), new Held(values));
    }

    /** Arrays that are made one by one, when they are asked for; {@code example} has this type and shape at any position. */
    public static Column of(long size, DType dtype, Shape shape, LongFunction<Tensor> example) {
        return new Column(size, dtype, shape, positions -> {
            var arrays = new ArrayList<Tensor>();
            for (long position : positions) {
                Tensor array = example.apply(position);
                requireFit(array.dtype(), array.shape(), dtype, shape, "example " + position);
                arrays.add(array);
            }
            return Tensor.stack(0, arrays);
        });
    }

    private static void requireFit(DType type, Shape found, DType dtype, Shape shape, String what) {
        if (type != dtype || !found.equals(shape)) {
            throw new IllegalArgumentException(
                    "column: " + what + " is " + type + found + " where " + dtype + shape + " belongs");
        }
    }

    /**
     * y[b] = x[positions[b]]: [N, …] → [B, …], always a copy.
     *
     * @throws IllegalArgumentException if there is no such example, or what is read has another type or shape than announced
     */
    public Tensor get(long... positions) {
        requirePositions(positions);
        if (positions.length == 0) {
            return Tensor.zeros(dtype, shape.insert(0, 0).dims());
        }
        Tensor read = Tape.scoped(() -> reader.read(positions));
        requireFit(read.dtype(), read.shape(), dtype, shape.insert(0, positions.length), "what was read");
        return read;
    }

    private void requirePositions(long[] positions) {
        for (long position : positions) {
            if (position < 0 || position >= size) {
                throw new IllegalArgumentException(
                        "column: there is no example " + position + " among " + size + ", 0 to " + (size - 1));
            }
        }
    }

    /** All examples: [N, …]; the tensor itself where it is in memory. */
    public Tensor all() {
        return reader instanceof Held held ? held.values : get(range(0, size));
    }

    /** Examples {@code start} to {@code start + length − 1}; of a tensor in memory no copy is made. */
    Column narrow(long start, long length) {
        return reader instanceof Held held ? of(held.values.narrow(0, start, length)) : select(range(start, length));
    }

    /** Some examples, in this order and as often as they are named; nothing is copied. */
    public Column select(long... positions) {
        requirePositions(positions);
        long[] chosen = positions.clone();
        return new Column(
                chosen.length,
                dtype,
                shape,
                asked -> reader.read(
                        Arrays.stream(asked).map(k -> chosen[(int) k]).toArray()));
    }

    /**
     * The examples of one column after those of the other: N₁, N₂ → N₁ + N₂.
     *
     * @throws IllegalArgumentException if types or shapes differ, or there is no column
     */
    public static Column concat(List<Column> columns) {
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("concat: needs at least one column");
        }
        Column first = columns.getFirst();
        long[] ends = new long[columns.size()];
        long size = 0;
        for (int i = 0; i < ends.length; i++) {
            Column column = columns.get(i);
            requireFit(column.dtype, column.shape, first.dtype, first.shape, "each example of column " + i);
            size += column.size;
            ends[i] = size;
        }
        List<Column> parts = List.copyOf(columns);
        return new Column(size, first.dtype, first.shape, positions -> readParts(parts, ends, positions));
    }

    /** Each part is read once; then the examples are put into the order that was asked for. */
    private static Tensor readParts(List<Column> parts, long[] ends, long[] positions) {
        var arrays = new ArrayList<Tensor>();
        long[] places = new long[positions.length];
        int found = 0;
        for (int part = 0; part < ends.length; part++) {
            long start = ends[part] - parts.get(part).size;
            long[] own = new long[positions.length];
            int count = 0;
            for (int i = 0; i < positions.length; i++) {
                if (positions[i] >= start && positions[i] < ends[part]) {
                    own[count++] = positions[i] - start;
                    places[i] = found++;
                }
            }
            if (count > 0) {
                arrays.add(parts.get(part).reader.read(Arrays.copyOf(own, count)));
            }
        }
        return arrays.size() == 1 ? arrays.getFirst() : Tensor.concat(0, arrays).indexSelect(0, Tensor.of(places));
    }

    /**
     * y = f(x), when it is asked for: [B, …] → [B, …]. The first example is read at once, to see what comes out.
     *
     * @param function treats each example by itself
     */
    public Column map(UnaryOperator<Tensor> function) {
        Tensor sample = Scope.outside(() -> Tape.scoped(() -> function.apply(get(range(0, Math.min(1, size))))));
        return new Column(
                size, sample.dtype(), sample.shape().without(0), positions -> function.apply(reader.read(positions)));
    }

    /** The same numbers, each read only once: they stay in memory. */
    public Column cached() {
        return reader instanceof Held ? this : new Column(size, dtype, shape, new Cache(this));
    }

    /** Remembers what was read. */
    private static final class Cache implements Reader {
        private final Column source;
        private final boolean[] known;
        private @Nullable Tensor store;

        Cache(Column source) {
            this.source = source;
            known = new boolean[Math.toIntExact(source.size)];
        }

        @Override
        public synchronized Tensor read(long... positions) {
            if (store == null) {
                store = Scope.outside(() -> Tensor.zeros(
                        source.dtype, source.shape.insert(0, source.size).dims()));
            }
            Tensor memory = Objects.requireNonNull(store);
            long[] missing = Arrays.stream(positions)
                    .filter(position -> !known[(int) position])
                    .distinct()
                    .toArray();
            if (missing.length > 0) {
                Tensor read = source.reader.read(missing);
                for (int i = 0; i < missing.length; i++) {
                    memory.select(0, missing[i]).assign(read.select(0, i));
                    known[(int) missing[i]] = true;
                }
            }
            return memory.indexSelect(0, Tensor.of(positions));
        }
    }

    /** start, start + 1, …: {@code length} positions. */
    static long[] range(long start, long length) {
        long[] positions = new long[Math.toIntExact(length)];
        Arrays.setAll(positions, i -> start + i);
        return positions;
    }

    /** For example {@code 60000 of u8[1, 28, 28]}. */
    @Override
    public String toString() {
        return size + " of " + dtype + shape;
    }
}
