package org.culebra.tensor;

import java.util.Arrays;
import java.util.List;
import org.culebra.kernel.Strided;
import org.culebra.memory.DType;

/**
 * Prints tensors as NumPy prints arrays ({@code numpy.array2string} with commas), the type and shape first: aligned columns,
 * lines of at most 75 characters; of more than 1000 elements three at either end of each axis.
 */
final class TensorPrinter {
    private static final int EDGE = 3;
    private static final long ABRIDGE_ABOVE = 1000;
    private static final int LINE = 75;
    private static final String SEPARATOR = ", ";
    private static final String DOTS = "...";

    private final Tensor x;
    private final boolean abridged;
    private final long[] dims;
    private final long[] strides;
    private final String[] elements;

    private TensorPrinter(Tensor x) {
        this.x = x;
        abridged = x.size() > ABRIDGE_ABOVE;
        dims = shownDims();
        strides = Strided.contiguousStrides(dims);
        elements = Tape.untracked(() -> format(shown()));
    }

    static String print(Tensor x) {
        if (!x.isOpen()) {
            return x.describe() + " (its memory was given back)";
        }
        if (x.size() == 0) {
            return x.describe() + " []";
        }
        String head = x.describe() + (x.rank() > 1 ? "\n" : " ");
        var printer = new TensorPrinter(x);
        return head + printer.print(0, 0, x.rank() > 1 ? " " : " ".repeat(head.length() + 1), LINE);
    }

    // ---------------------------------------------------------------- elements

    /** Only the elements that will be shown. */
    private Tensor shown() {
        Tensor part = x.detach();
        for (int axis = 0; axis < x.rank(); axis++) {
            long dim = part.dim(axis);
            if (isCut(axis)) {
                part = Concat.of(
                        axis,
                        List.of(
                                part.narrow(axis, 0, EDGE).contiguous(),
                                part.narrow(axis, dim - EDGE, EDGE).contiguous()));
            }
        }
        return part;
    }

    private long[] shownDims() {
        long[] shown = x.shape().dims();
        for (int axis = 0; axis < shown.length; axis++) {
            shown[axis] = isCut(axis) ? 2 * EDGE : shown[axis];
        }
        return shown;
    }

    private boolean isCut(int axis) {
        return abridged && x.dim(axis) > 2 * EDGE;
    }

    private static String[] format(Tensor shown) {
        DType dtype = shown.dtype();
        if (dtype.isFloating()) {
            return FloatColumn.format(shown.toDoubleArray(), dtype == DType.F32);
        }
        // NumPy leaves room for a false one even where there is none.
        String yes = shown.rank() == 0 ? "True" : " True";
        String[] texts = Arrays.stream(shown.toLongArray())
                .mapToObj(value -> dtype != DType.BOOL ? Long.toString(value) : value != 0 ? yes : "False")
                .toArray(String[]::new);
        int width = Arrays.stream(texts).mapToInt(String::length).max().orElse(0);
        return dtype == DType.BOOL
                ? texts
                : Arrays.stream(texts)
                        .map(text -> " ".repeat(width - text.length()) + text)
                        .toArray(String[]::new);
    }

    // ---------------------------------------------------------------- lines

    /**
     * The part of the tensor below some axis.
     *
     * @param at position of its first element among those shown
     * @param indent of its lines but the first
     * @param width of a line, without the brackets that will follow
     */
    private String print(int axis, long at, String indent, int width) {
        if (axis == x.rank()) {
            return elements[(int) at];
        }
        String inside = axis == x.rank() - 1 ? row(axis, at, indent, width) : rows(axis, at, indent, width);
        return "[" + inside.substring(indent.length()) + "]";
    }

    private String row(int axis, long at, String indent, int width) {
        var lines = new StringBuilder();
        var line = new StringBuilder(indent);
        for (int i = 0; i < dims[axis]; i++) {
            if (i == EDGE && isCut(axis)) {
                append(lines, line, DOTS, indent, width);
                line.append(SEPARATOR);
            }
            append(lines, line, elements[(int) (at + i)], indent, width);
            if (i < dims[axis] - 1) {
                line.append(SEPARATOR);
            }
        }
        return lines.append(line).toString();
    }

    /** Begins a new line where the old one has no room for a word and the bracket or comma behind it. */
    private static void append(StringBuilder lines, StringBuilder line, String word, String indent, int width) {
        if (line.length() + word.length() > width - 1 && line.length() > indent.length()) {
            lines.append(line.toString().stripTrailing()).append('\n');
            line.setLength(0);
            line.append(indent);
        }
        line.append(word);
    }

    private String rows(int axis, long at, String indent, int width) {
        String between = "," + "\n".repeat(x.rank() - axis - 1);
        var text = new StringBuilder();
        for (int i = 0; i < dims[axis]; i++) {
            if (i == EDGE && isCut(axis)) {
                text.append(indent).append(DOTS).append(between);
            }
            text.append(indent).append(print(axis + 1, at + i * strides[axis], indent + " ", width - 1));
            text.append(i < dims[axis] - 1 ? between : "");
        }
        return text.toString();
    }
}
