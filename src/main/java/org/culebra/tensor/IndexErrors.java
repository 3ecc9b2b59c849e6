package org.culebra.tensor;

import static org.culebra.tensor.Errors.argument;

/** The messages of {@link Indexing}; see {@link Errors}. */
final class IndexErrors {
    private IndexErrors() {}

    static IllegalArgumentException notIntegers(String operation, Tensor index) {
        return argument(operation, "indices must be integers", "index  " + index.describe(), "hint: to(DType.I64)");
    }

    static IllegalArgumentException notAVector(String operation, Tensor index) {
        return argument(
                operation,
                "the index must be a vector",
                "index  " + index.describe(),
                "hint: embedding takes an index of any shape, gather one per element");
    }

    static IllegalArgumentException notAMask(String operation, Tensor mask) {
        return argument(operation, "the mask must be bool", "mask  " + mask.describe(), "hint: mask.ne(0)");
    }

    static IllegalArgumentException ranks(String operation, Tensor x, Tensor index, Tensor... source) {
        return argument(operation, "all must have the same number of axes", operands(x, index, source));
    }

    static IllegalArgumentException doNotBroadcast(
            String operation, int axis, Tensor x, Tensor index, Tensor... source) {
        return argument(
                operation, "along all axes but " + axis + ", sizes must be equal or 1", operands(x, index, source));
    }

    private static String[] operands(Tensor x, Tensor index, Tensor... source) {
        return source.length == 0
                ? new String[] {"input  " + x.describe(), "index  " + index.describe()}
                : new String[] {
                    "input   " + x.describe(), "index   " + index.describe(), "source  " + source[0].describe()
                };
    }

    /** @param position row-major, of the index in question */
    static IllegalArgumentException outOfBounds(String operation, Tensor index, long position, int axis, Tensor x) {
        Tensor flat = Tape.untracked(() -> index.reshape(index.size()));
        long value = (long) flat.get(position);
        String rule = "index " + value + " is out of bounds for axis " + axis + " of size " + x.dim(axis);
        String[] details = {
            "input  " + x.describe(), "index  " + index.describe() + ", the offender at " + at(index.shape(), position)
        };
        return value >= 0
                ? argument(operation, rule, details)
                : argument(operation, rule, details[0], details[1], "hint: indices do not count from the end");
    }

    static IllegalArgumentException labelOutOfBounds(Tensor labels, double label, long classes) {
        return argument(
                "oneHot",
                "label " + (long) label + " is not one of " + classes + " classes, 0 to " + (classes - 1),
                "labels  " + labels.describe());
    }

    static IllegalArgumentException negativeCount(String operation, String name, long value) {
        return argument(operation, name + " must not be negative, not " + value);
    }

    static IllegalArgumentException topTooMany(Tensor x, long k, int axis) {
        return argument(
                "topK",
                "k must be between 0 and " + x.dim(axis) + ", the size of axis " + axis + ", not " + k,
                "input  " + x.describe());
    }

    static IllegalArgumentException tooLongToSort(String operation, Tensor x, int axis) {
        return argument(
                operation, "axis " + axis + " is longer than what can be put in order", "input  " + x.describe());
    }

    static IllegalArgumentException nothingToStack() {
        return argument("stack", "needs at least one tensor");
    }

    static IllegalArgumentException stackShapes(Tensor first, Tensor other) {
        return argument(
                "stack",
                "all shapes must be equal",
                "first  " + first.describe(),
                "other  " + other.describe(),
                "hint: concat joins along an axis that is there already");
    }

    /** A row-major position as an index per axis: {@code [2, 0]}. */
    static String at(Shape shape, long position) {
        long[] index = new long[shape.rank()];
        long rest = position;
        for (int k = index.length - 1; k >= 0; k--) {
            index[k] = rest % shape.raw()[k];
            rest /= shape.raw()[k];
        }
        return java.util.Arrays.toString(index);
    }
}
