package org.culebra.kernel.gemm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.culebra.kernel.codegen.RowLoop;
import org.culebra.kernel.codegen.Tier;
import org.culebra.kernel.expression.Program;
import org.culebra.kernel.gemm.WinogradForm.Face;
import org.culebra.memory.DType;
import org.jspecify.annotations.Nullable;

/** The loops that apply the matrices of {@link WinogradForm}s. Each is written when it is first asked for. */
final class Winograd {
    private record Key(Face face, WinogradForm form, boolean bias, boolean relu) {}

    private final ConcurrentHashMap<Key, RowLoop> loops = new ConcurrentHashMap<>();
    private final DType dtype;
    private final Tier tier;
    private final int bits;

    Winograd(DType dtype, Tier tier, int bits) {
        this.dtype = dtype;
        this.tier = tier;
        this.bits = bits;
    }

    /** The loop that applies a matrix along one axis. */
    RowLoop loop(Face face, WinogradForm form) {
        return loop(face, form, false, false);
    }

    /** The loop that applies a matrix along one axis, perhaps with a bias for each column added, and perhaps with a ReLU. */
    RowLoop loop(Face face, WinogradForm form, boolean bias, boolean relu) {
        return loops.computeIfAbsent(
                new Key(face, new WinogradForm(form.taps(), 1), bias, relu),
                key -> RowLoop.of(program(key), tier, bits));
    }

    /** {@code y = matrix·x}, or {@code y = matrix·x + bias}, where the bias is the input behind x; perhaps the ReLU of it. */
    private Program program(Key key) {
        double[][] matrix = key.face.matrix(key.form);
        Program.Builder code = new Program.Builder(dtype);
        List<Program.Value> x = new ArrayList<>();
        for (int j = 0; j < matrix[0].length; j++) {
            x.add(code.input(j));
        }
        boolean columns = key.face == Face.OUTPUTS || key.face == Face.GRADIENT_TAPS;
        List<Program.Value> y = new ArrayList<>();
        for (Program.Value value : columns ? byColumns(code, key.form, matrix, x) : byRows(code, key.form, matrix, x)) {
            Program.Value sum = key.bias ? code.add(value, code.input(x.size())) : value;
            Program.Value zero = code.constant(0);
            y.add(key.relu ? code.select(code.lt(sum, zero), zero, sum) : sum); // NaN stays NaN
        }
        return code.build(x.size() + (key.bias ? 1 : 0), 0, y);
    }

    /** Columns of opposite points differ in signs only: by sums and differences of their inputs. */
    private static List<Program.Value> byColumns(
            Program.Builder code, WinogradForm form, double[][] matrix, List<Program.Value> x) {
        List<Program.Value> rows = new ArrayList<>();
        for (double[] row : matrix) {
            Dot dot = new Dot(code);
            for (int j = 0; j < row.length; j++) {
                if (form.isPair(j)) {
                    boolean same = row[j] == row[j + 1];
                    Program.Value both = same ? code.add(x.get(j), x.get(j + 1)) : code.sub(x.get(j), x.get(j + 1));
                    dot.add(row[j], both);
                    j++;
                } else {
                    dot.add(row[j], x.get(j));
                }
            }
            rows.add(dot.value());
        }
        return rows;
    }

    /** Rows of opposite points are the sum and the difference of their even and their odd part. */
    private static List<Program.Value> byRows(
            Program.Builder code, WinogradForm form, double[][] matrix, List<Program.Value> x) {
        List<Program.Value> rows = new ArrayList<>();
        for (int i = 0; i < matrix.length; i++) {
            if (form.isPair(i)) {
                boolean even = matrix[i][0] == matrix[i + 1][0];
                Program.Value same = dot(code, matrix[i], x, even ? 0 : 1, 2);
                Program.Value opposite = dot(code, matrix[i], x, even ? 1 : 0, 2);
                rows.add(code.add(same, opposite));
                rows.add(code.sub(same, opposite));
                i++;
            } else {
                rows.add(dot(code, matrix[i], x, 0, 1));
            }
        }
        return rows;
    }

    private static Program.Value dot(Program.Builder code, double[] row, List<Program.Value> x, int first, int step) {
        Dot dot = new Dot(code);
        for (int j = first; j < row.length; j += step) {
            dot.add(row[j], x.get(j));
        }
        return dot.value();
    }

    /** A sum of products in the making. */
    private static final class Dot {
        private final Program.Builder code;
        private Program.@Nullable Value sum;

        Dot(Program.Builder code) {
            this.code = code;
        }

        void add(double factor, Program.Value value) {
            Program.Value known = sum;
            if (factor == 0) {
                return;
            }
            if (known == null) {
                sum = factor == 1 ? value : code.mul(code.constant(factor), value);
            } else if (factor == 1) {
                sum = code.add(known, value);
            } else if (factor == -1) {
                sum = code.sub(known, value);
            } else {
                sum = code.fma(code.constant(factor), value, known);
            }
        }

        Program.Value value() {
            Program.Value known = sum;
            if (known == null) {
                throw new IllegalStateException("a row of zeros");
            }
            return known;
        }
    }
}
