package org.culebra.kernel;

/** Walks along one axis in order: what depends on the elements before. */
final class AxisScans {
    private AxisScans() {}

    static void argReduce(Reduction kind, Strided in, int axis, Strided out) {
        long step = in.strides()[axis];
        long count = in.dims()[axis];
        for (long line = 0; line < out.count(); line++) {
            long from = start(in, out.dims(), line);
            long best = 0;
            double extreme = Kernels.getDouble(in, from);
            for (long i = 1; i < count && !Double.isNaN(extreme); i++) {
                double value = Kernels.getDouble(in, from + i * step);
                if (Double.isNaN(value) || (kind == Reduction.MAX ? value > extreme : value < extreme)) {
                    best = i;
                    extreme = value;
                }
            }
            Kernels.setDouble(out, start(out, out.dims(), line), (double) best);
        }
    }

    static void cumulativeSum(Strided in, int axis, Strided out) {
        long[] lines = in.dims().clone();
        lines[axis] = 1;
        long count = 1;
        for (long dim : lines) {
            count *= dim;
        }
        for (long line = 0; line < count; line++) {
            long from = start(in, lines, line);
            long to = start(out, lines, line);
            double sum = 0;
            for (long i = 0; i < in.dims()[axis]; i++) {
                sum += Kernels.getDouble(in, from + i * in.strides()[axis]);
                Kernels.setDouble(out, to + i * out.strides()[axis], sum);
            }
        }
    }

    /** Where the line with this row-major number starts. */
    private static long start(Strided array, long[] dims, long line) {
        long at = array.offset();
        long rest = line;
        for (int k = dims.length - 1; k >= 0; k--) {
            at += rest % dims[k] * array.strides()[k];
            rest /= dims[k];
        }
        return at;
    }
}
