package org.culebra.kernel.window;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.culebra.kernel.Strided;
import org.culebra.kernel.Taps;
import org.culebra.memory.DType;

/**
 * Y = R·X·Cᵀ for each plane X, where the matrices R and C have few entries per row. Terms are added in the order of the taps,
 * rows first.
 */
final class Resample {
    private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT;
    private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE;

    private Resample() {}

    static void run(Strided x, Taps rows, Taps columns, Strided y) {
        long size = (long) rows.outputs() * columns.outputs();
        if (size == 0) {
            return;
        }
        long planes = y.count() / size;
        if (ResampleMany.serves(planes)) {
            ResampleMany.run(x, rows, columns, y, planes);
            return;
        }
        long rowCount = planes * rows.outputs();
        long cost = (long) columns.outputs() + columns.inputs();
        boolean single = x.dtype() == DType.F32;
        Shares.run(rowCount, cost, (from, to) -> {
            if (single) {
                singles(x, rows, columns, y, from, to);
            } else {
                doubles(x, rows, columns, y, from, to);
            }
        });
    }

    // ---------------------------------------------------------------- f32

    private static void singles(Strided x, Taps rows, Taps columns, Strided y, long from, long to) {
        float[] line = new float[columns.inputs()];
        long plane = (long) rows.inputs() * columns.inputs();
        for (long row = from; row < to; row++) {
            long at = x.offset() + row / rows.outputs() * plane;
            int i = (int) (row % rows.outputs());
            lineSingles(x.segment(), at, rows, i, line);
            long place = y.offset() + row * columns.outputs();
            if (columns.isIdentity()) {
                MemorySegment.copy(line, 0, y.segment(), F32, place * Float.BYTES, line.length);
            } else {
                mixSingles(line, columns, y.segment(), place);
            }
        }
    }

    /** line = row i of R·X. */
    private static void lineSingles(MemorySegment x, long plane, Taps rows, int i, float[] line) {
        int begin = rows.starts()[i];
        if (begin == rows.starts()[i + 1]) {
            Arrays.fill(line, 0);
        }
        for (int t = begin; t < rows.starts()[i + 1]; t++) {
            long at = plane + (long) rows.sources()[t] * line.length;
            float weight = rows.singles()[t];
            if (t == begin) {
                setSingles(x, at, weight, line);
            } else {
                addSingles(x, at, weight, line);
            }
        }
    }

    private static void setSingles(MemorySegment x, long at, float weight, float[] line) {
        for (int j = 0; j < line.length; j++) {
            line[j] = weight * x.getAtIndex(F32, at + j);
        }
    }

    private static void addSingles(MemorySegment x, long at, float weight, float[] line) {
        for (int j = 0; j < line.length; j++) {
            line[j] = Math.fma(weight, x.getAtIndex(F32, at + j), line[j]);
        }
    }

    private static void mixSingles(float[] line, Taps columns, MemorySegment y, long place) {
        int[] starts = columns.starts();
        int[] sources = columns.sources();
        float[] weights = columns.singles();
        int begin = 0;
        for (int j = 0; j < starts.length - 1; j++) {
            int end = starts[j + 1];
            float sum = begin < end ? weights[begin] * line[sources[begin]] : 0;
            for (int t = begin + 1; t < end; t++) {
                sum = Math.fma(weights[t], line[sources[t]], sum);
            }
            y.setAtIndex(F32, place + j, sum);
            begin = end;
        }
    }

    // ---------------------------------------------------------------- f64

    private static void doubles(Strided x, Taps rows, Taps columns, Strided y, long from, long to) {
        double[] line = new double[columns.inputs()];
        long plane = (long) rows.inputs() * columns.inputs();
        for (long row = from; row < to; row++) {
            long at = x.offset() + row / rows.outputs() * plane;
            int i = (int) (row % rows.outputs());
            lineDoubles(x.segment(), at, rows, i, line);
            long place = y.offset() + row * columns.outputs();
            if (columns.isIdentity()) {
                MemorySegment.copy(line, 0, y.segment(), F64, place * Double.BYTES, line.length);
            } else {
                mixDoubles(line, columns, y.segment(), place);
            }
        }
    }

    /** line = row i of R·X. */
    private static void lineDoubles(MemorySegment x, long plane, Taps rows, int i, double[] line) {
        int begin = rows.starts()[i];
        if (begin == rows.starts()[i + 1]) {
            Arrays.fill(line, 0);
        }
        for (int t = begin; t < rows.starts()[i + 1]; t++) {
            long at = plane + (long) rows.sources()[t] * line.length;
            double weight = rows.weights()[t];
            if (t == begin) {
                setDoubles(x, at, weight, line);
            } else {
                addDoubles(x, at, weight, line);
            }
        }
    }

    private static void setDoubles(MemorySegment x, long at, double weight, double[] line) {
        for (int j = 0; j < line.length; j++) {
            line[j] = weight * x.getAtIndex(F64, at + j);
        }
    }

    private static void addDoubles(MemorySegment x, long at, double weight, double[] line) {
        for (int j = 0; j < line.length; j++) {
            line[j] = Math.fma(weight, x.getAtIndex(F64, at + j), line[j]);
        }
    }

    private static void mixDoubles(double[] line, Taps columns, MemorySegment y, long place) {
        int[] starts = columns.starts();
        int[] sources = columns.sources();
        double[] weights = columns.weights();
        int begin = 0;
        for (int j = 0; j < starts.length - 1; j++) {
            int end = starts[j + 1];
            double sum = begin < end ? weights[begin] * line[sources[begin]] : 0;
            for (int t = begin + 1; t < end; t++) {
                sum = Math.fma(weights[t], line[sources[t]], sum);
            }
            y.setAtIndex(F64, place + j, sum);
            begin = end;
        }
    }
}
