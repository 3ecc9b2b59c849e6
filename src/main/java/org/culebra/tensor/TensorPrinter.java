package org.culebra.tensor;

import java.util.Locale;
import org.culebra.memory.DType;

/** Prints tensors as NumPy prints arrays: aligned columns, long axes abridged to three elements at either end. */
final class TensorPrinter {
    private static final int EDGE = 3;
    private static final long ABRIDGE_ABOVE = 1000;

    private final Tensor x;
    private final double[] values;
    private final long[] strides;
    private final boolean abridged;
    private final boolean scientific;
    private final int decimals;
    private int width;

    private TensorPrinter(Tensor x) {
        this.x = x;
        this.abridged = x.size() > ABRIDGE_ABOVE;
        this.values = Tape.untracked(() -> shown(x).toDoubleArray());
        this.strides = org.culebra.kernel.Strided.contiguousStrides(shownDims());
        this.scientific = x.dtype().isFloating() && needsExponent();
        this.decimals = x.dtype().isFloating() && !scientific ? decimalsNeeded() : 0;
        for (double value : values) {
            width = Math.max(width, format(value).length());
        }
    }

    static String print(Tensor x) {
        if (!x.isOpen()) {
            return x.describe() + " (its memory was given back)";
        }
        if (x.size() == 0) {
            return x.describe() + " []";
        }
        var printer = new TensorPrinter(x);
        var text = new StringBuilder(x.describe()).append(x.rank() > 1 ? "\n" : " ");
        printer.append(text, 0, 0, x.rank() > 1 ? "" : " ".repeat(x.describe().length() + 1));
        return text.toString();
    }

    /** Only the elements that will be shown. */
    private Tensor shown(Tensor full) {
        Tensor part = full.detach();
        for (int axis = 0; abridged && axis < full.rank(); axis++) {
            long dim = part.dim(axis);
            if (dim > 2 * EDGE) {
                part = Concat.of(
                        axis,
                        java.util.List.of(
                                part.narrow(axis, 0, EDGE).contiguous(),
                                part.narrow(axis, dim - EDGE, EDGE).contiguous()));
            }
        }
        return part;
    }

    private long[] shownDims() {
        long[] dims = x.shape().dims();
        for (int k = 0; abridged && k < dims.length; k++) {
            dims[k] = Math.min(dims[k], 2 * EDGE);
        }
        return dims;
    }

    private void append(StringBuilder text, int axis, long at, String indent) {
        if (axis == x.rank()) {
            String number = format(values[(int) at]);
            text.append(" ".repeat(Math.max(0, width - number.length()))).append(number);
            return;
        }
        boolean last = axis == x.rank() - 1;
        long count = shownDims()[axis];
        boolean cut = count < x.shape().raw()[axis];
        String separator = last ? ", " : ",\n" + "\n".repeat(x.rank() - axis - 2) + indent + " ";
        text.append('[');
        for (long i = 0; i < count; i++) {
            if (i > 0) {
                text.append(separator);
            }
            if (cut && i == EDGE) {
                text.append("...").append(separator);
            }
            append(text, axis + 1, at + i * strides[axis], indent + " ");
        }
        text.append(']');
    }

    private boolean needsExponent() {
        double largest = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (double value : values) {
            double magnitude = Math.abs(value);
            if (Double.isFinite(magnitude) && magnitude != 0) {
                largest = Math.max(largest, magnitude);
                smallest = Math.min(smallest, magnitude);
            }
        }
        return largest >= 1e8 || (largest > 0 && (smallest < 1e-4 || largest / smallest > 1e6));
    }

    /** The fewest digits, at most four, that show every number as exactly as four would. */
    private int decimalsNeeded() {
        for (int digits = 1; digits < 4; digits++) {
            double scale = Math.pow(10, digits);
            boolean enough = true;
            for (double value : values) {
                enough &= !Double.isFinite(value)
                        || Math.rint(value * 1e4) == Math.rint(Math.rint(value * scale) / scale * 1e4);
            }
            if (enough) {
                return digits;
            }
        }
        return 4;
    }

    private String format(double value) {
        if (x.dtype() == DType.BOOL) {
            return value != 0 ? "true" : "false";
        }
        if (!x.dtype().isFloating()) {
            return Long.toString((long) value);
        }
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        return String.format(Locale.ROOT, scientific ? "%.4e" : "%." + decimals + "f", value);
    }
}
