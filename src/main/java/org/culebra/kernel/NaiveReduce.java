package org.culebra.kernel;

import org.culebra.kernel.codegen.Loops;
import org.culebra.kernel.expression.Program;
import org.culebra.memory.Buffer;
import org.culebra.memory.DType;

/** Reductions element by element, until the generated loops take over. */
final class NaiveReduce {
    private NaiveReduce() {}

    static void reduce(
            Reduction kind,
            Program program,
            double[] scalars,
            long key,
            Strided[] inputs,
            boolean[] reduced,
            Strided output) {
        long[] dims = inputs[0].dims();
        long count = 1;
        for (long d : dims) count *= d;
        Buffer b = Buffer.allocate(count * 8);
        Strided terms = new Strided(b.segment(), DType.F64, 0, dims, Strided.contiguousStrides(dims));
        Loops.shared().map(program, scalars, key, inputs, new Strided[] {terms});
        Kernels.fill(
                output,
                switch (kind) {
                    case SUM -> 0;
                    case PRODUCT -> 1;
                    case MIN -> Double.POSITIVE_INFINITY;
                    case MAX -> Double.NEGATIVE_INFINITY;
                });
        long[] idx = new long[dims.length];
        for (long e = 0; e < count; e++) {
            long rest = e;
            long at = output.offset();
            for (int k = dims.length - 1; k >= 0; k--) {
                idx[k] = rest % dims[k];
                rest /= dims[k];
                if (!reduced[k]) at += idx[k] * output.strides()[k];
            }
            double v = Kernels.getDouble(terms, e), a = Kernels.getDouble(output, at);
            Kernels.setDouble(
                    output,
                    at,
                    switch (kind) {
                        case SUM -> a + v;
                        case PRODUCT -> a * v;
                        case MIN -> Math.min(a, v);
                        case MAX -> Math.max(a, v);
                    });
        }
        b.release();
    }

    static void argReduce(Reduction kind, Strided in, int axis, Strided out) {
        long[] dims = in.dims();
        long[] od = out.dims();
        long n = out.count();
        for (long e = 0; e < n; e++) {
            long rest = e;
            long at = in.offset(), to = out.offset();
            for (int k = dims.length - 1; k >= 0; k--) {
                long i = rest % od[k];
                rest /= od[k];
                at += i * in.strides()[k];
                to += i * out.strides()[k];
            }
            long best = 0;
            double bv = Kernels.getDouble(in, at);
            for (long i = 1; i < dims[axis] && bv == bv; i++) {
                double v = Kernels.getDouble(in, at + i * in.strides()[axis]);
                if (v != v || (kind == Reduction.MAX ? v > bv : v < bv)) {
                    best = i;
                    bv = v;
                }
            }
            Kernels.setDouble(out, to, best);
        }
    }

    static void cumulativeSum(Strided in, int axis, Strided out) {
        long[] od = in.dims().clone();
        od[axis] = 1;
        long n = 1;
        for (long d : od) n *= d;
        for (long e = 0; e < n; e++) {
            long rest = e;
            long at = in.offset(), to = out.offset();
            for (int k = od.length - 1; k >= 0; k--) {
                long i = rest % od[k];
                rest /= od[k];
                at += i * in.strides()[k];
                to += i * out.strides()[k];
            }
            double sum = 0;
            for (long i = 0; i < in.dims()[axis]; i++) {
                sum += Kernels.getDouble(in, at + i * in.strides()[axis]);
                Kernels.setDouble(out, to + i * out.strides()[axis], sum);
            }
        }
    }
}
