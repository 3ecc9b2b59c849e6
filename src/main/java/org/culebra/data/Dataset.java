package org.culebra.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/**
 * Examples by position: what a model is given, and what it should answer. Labelled images, rows of a table, points, pairs of
 * images; in memory or read when they are asked for.
 *
 * <p>All that makes data sets of others (subset, split, concatenation, map, cache) reads nothing and copies nothing before a
 * batch is asked for.
 *
 * @param name for people
 * @param inputs N of […]; images are u8[C, H, W]
 * @param targets N of […]; with classes i64[], each the index of a class
 * @param classes what the classes are called; none if the targets are no classes
 */
public record Dataset(String name, Column inputs, Column targets, List<String> classes) {
    private static final int LONGEST_CHECK = 1 << 16;

    /**
     * Checks that the parts fit.
     *
     * @throws IllegalArgumentException if there are more targets than inputs or fewer, or a label names no class
     */
    public Dataset {
        classes = List.copyOf(classes);
        if (inputs.size() != targets.size()) {
            throw new IllegalArgumentException(
                    "dataset '" + name + "': as many targets as inputs are needed, not " + targets + " for " + inputs);
        }
        if (!classes.isEmpty()) {
            requireLabels(name, targets, classes.size());
        }
    }

    private static void requireLabels(String name, Column labels, int classes) {
        if (labels.dtype() != DType.I64 || labels.shape().rank() != 0) {
            throw new IllegalArgumentException(
                    "dataset '" + name + "': labels of classes must be i64[], not " + labels);
        }
        for (long start = 0; start < labels.size(); start += LONGEST_CHECK) {
            long[] values = values(labels, start, Math.min(LONGEST_CHECK, labels.size() - start));
            for (int i = 0; i < values.length; i++) {
                if (values[i] < 0 || values[i] >= classes) {
                    throw new IllegalArgumentException("dataset '" + name + "': example " + (start + i) + " has label "
                            + values[i] + " where there are " + classes + " classes, 0 to " + (classes - 1));
                }
            }
        }
    }

    private static long[] values(Column labels, long start, long length) {
        Tensor read = labels.narrow(start, length).all();
        return read.toLongArray();
    }

    /** Inputs and their labels in memory: [N, …] and i64[N]; targets that are no classes may have any form. */
    public Dataset(String name, Tensor inputs, Tensor targets, List<String> classes) {
        this(name, Column.of(inputs), Column.of(targets), classes);
    }

    /** Inputs without labels, [N, …]: all belong to the one class {@code name}. */
    public static Dataset unlabelled(String name, Tensor inputs) {
        return new Dataset(name, inputs, Tensor.zeros(DType.I64, inputs.dim(0)), List.of(name));
    }

    /** What a model is to make of each input, without classes: images to images, numbers to numbers. */
    public static Dataset pairs(String name, Column inputs, Column targets) {
        return new Dataset(name, inputs, targets, List.of());
    }

    /**
     * Inputs and labels (of any integer type) out of named arrays, such as an npz or a safetensors file holds; the classes are
     * called by their numbers: {@code Dataset.of("mnist", Npz.read(file), "x_train", "y_train")}.
     *
     * @throws IllegalArgumentException if an array is not there, or the labels are not whole numbers from 0 on
     */
    public static Dataset of(String name, Map<String, Tensor> arrays, String inputs, String labels) {
        Tensor values = array(name, arrays, labels);
        if (!values.dtype().isInteger() || values.rank() != 1 || values.size() == 0) {
            throw new IllegalArgumentException("dataset '" + name + "': array '" + labels
                    + "' must hold one whole number per example, but is " + values.describe());
        }
        Tensor wide = values.to(DType.I64);
        long largest = Arrays.stream(wide.toLongArray()).max().orElse(0);
        List<String> classes = LongStream.rangeClosed(0, Math.max(0, largest))
                .mapToObj(Long::toString)
                .toList();
        return new Dataset(name, array(name, arrays, inputs), wide, classes);
    }

    private static Tensor array(String name, Map<String, Tensor> arrays, String key) {
        Tensor array = arrays.get(key);
        if (array == null) {
            throw new IllegalArgumentException(
                    "dataset '" + name + "': there is no array '" + key + "' among " + arrays.keySet());
        }
        return array;
    }

    // ---------------------------------------------------------------- reading

    /** N, the number of examples. */
    public long size() {
        return inputs.size();
    }

    /** All inputs: [N, …]; of images u8[N, C, H, W]. */
    public Tensor images() {
        return inputs.all();
    }

    /** All targets: [N, …]; of classes i64[N]. */
    public Tensor labels() {
        return targets.all();
    }

    /**
     * Some examples, in this order: [B, …] and [B, …], always copies.
     *
     * @throws IllegalArgumentException if there is no such example
     */
    public Batch get(long... positions) {
        return new Batch(inputs.get(positions), targets.get(positions));
    }

    // ---------------------------------------------------------------- others made of it

    private Dataset with(String other, Function<Column, Column> change) {
        return new Dataset(other, change.apply(inputs), change.apply(targets), classes);
    }

    /** The first examples, at most {@code count} of them. */
    public Dataset first(long count) {
        long kept = Math.min(count, size());
        return with(name, column -> column.narrow(0, kept));
    }

    /**
     * Some examples, in this order and as often as they are named.
     *
     * @throws IllegalArgumentException if there is no such example
     */
    public Dataset subset(long... positions) {
        return with(name, column -> column.select(positions));
    }

    /**
     * The examples of several data sets, one set after the other.
     *
     * @throws IllegalArgumentException if their types, shapes or classes differ, or there is none
     */
    public static Dataset concat(Dataset... parts) {
        if (parts.length == 0) {
            throw new IllegalArgumentException("concat: needs at least one data set");
        }
        Dataset first = parts[0];
        for (Dataset part : parts) {
            if (!part.classes.equals(first.classes)) {
                throw new IllegalArgumentException("concat: the classes of '" + part.name + "', " + part.classes
                        + ", are not those of '" + first.name + "', " + first.classes);
            }
        }
        return new Dataset(
                Arrays.stream(parts).map(Dataset::name).collect(Collectors.joining(" + ")),
                Column.concat(Arrays.stream(parts).map(Dataset::inputs).toList()),
                Column.concat(Arrays.stream(parts).map(Dataset::targets).toList()),
                first.classes);
    }

    /** The same with f(inputs), computed when they are asked for: [B, …] → [B, …], each example by itself. */
    public Dataset map(UnaryOperator<Tensor> function) {
        return new Dataset(name, inputs.map(function), targets, classes);
    }

    /** The same, each example read and computed only once: it stays in memory. */
    public Dataset cached() {
        return with(name, Column::cached);
    }

    // ---------------------------------------------------------------- splits

    /**
     * Parts without common examples, chosen at random: {@code split(random, .8, .2)}. Takes one draw.
     *
     * @param shares of the examples for each part; together at most 1
     * @throws IllegalArgumentException if a share is not positive, they are more than 1 together, or a part would be empty
     */
    public List<Dataset> split(Random random, double... shares) {
        return parts(Tensor.permutation(random, size()).toLongArray(), shares);
    }

    /**
     * The same with the classes in each part as frequent as in the whole, as far as whole numbers allow. Takes one draw.
     *
     * @throws IllegalArgumentException as {@link #split}, or if the targets are no classes
     */
    public List<Dataset> splitStratified(Random random, double... shares) {
        requireClasses("splitStratified");
        long[] labels = labels().toLongArray();
        long[] order = Arrays.stream(Tensor.permutation(random, size()).toLongArray())
                .boxed()
                .sorted((a, b) -> Long.compare(labels[a.intValue()], labels[b.intValue()]))
                .mapToLong(Long::longValue)
                .toArray();
        return parts(order, shares);
    }

    void requireClasses(String operation) {
        if (classes.isEmpty()) {
            throw new IllegalArgumentException(
                    operation + ": the targets of '" + name + "' are no classes but " + targets);
        }
    }

    /**
     * Deals the positions out so that after each of them every part has its share of those before, but for less than one: then
     * every stretch of the order, a class for instance, is dealt out in the same shares.
     */
    private List<Dataset> parts(long[] order, double[] shares) {
        requireShares(shares);
        List<List<Long>> dealt = new ArrayList<>();
        for (int part = 0; part <= shares.length; part++) {
            dealt.add(new ArrayList<>());
        }
        double rest = Math.max(0, 1 - Arrays.stream(shares).sum());
        for (int k = 0; k < order.length; k++) {
            int next = shares.length;
            double lack = rest < 1e-9
                    ? Double.NEGATIVE_INFINITY
                    : rest * (k + 1) - dealt.get(next).size();
            for (int part = shares.length - 1; part >= 0; part--) {
                double lacking = shares[part] * (k + 1) - dealt.get(part).size();
                if (lacking >= lack) {
                    lack = lacking;
                    next = part;
                }
            }
            dealt.get(next).add(order[k]);
        }
        var parts = new ArrayList<Dataset>();
        for (int part = 0; part < shares.length; part++) {
            parts.add(part(part, shares[part], dealt.get(part)));
        }
        return Collections.unmodifiableList(parts);
    }

    private Dataset part(int number, double share, List<Long> positions) {
        if (positions.isEmpty()) {
            throw new IllegalArgumentException(
                    "split: a share of " + share + " of the " + size() + " examples of '" + name + "' is none");
        }
        long[] chosen = positions.stream().mapToLong(Long::longValue).toArray();
        return with(name + ", part " + (number + 1), column -> column.select(chosen));
    }

    private static void requireShares(double[] shares) {
        double sum = 0;
        for (double share : shares) {
            sum += share > 0 ? share : Double.NaN;
        }
        if (!(sum <= 1 + 1e-9) || shares.length == 0) {
            throw new IllegalArgumentException(
                    "split: shares must be positive and at most 1 together, not " + Arrays.toString(shares));
        }
    }

    /** For example {@code MNIST: 60000 images of 1×28×28 in 10 classes}. */
    @Override
    public String toString() {
        Shape shape = inputs.shape();
        String what = (shape.rank() == 3 ? " images of " : " arrays of ")
                + Arrays.stream(shape.dims()).mapToObj(Long::toString).collect(Collectors.joining("×"));
        return name + ": " + size() + what + (classes.isEmpty() ? "" : " in " + classes.size() + " classes");
    }
}
