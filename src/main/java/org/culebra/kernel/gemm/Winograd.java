package org.culebra.kernel.gemm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.culebra.kernel.codegen.RowLoop;
import org.culebra.kernel.codegen.Tier;
import org.culebra.kernel.expression.Program;
import org.culebra.memory.DType;
import org.jspecify.annotations.Nullable;

/**
 * Winograd's minimal filtering on tiles of 6×6: a k×k filter over a tile gives m×m outputs, m = 7 − k, with 36 products in place
 * of m²k² (4 times fewer for 3×3, 2.8 times for 5×5).
 *
 * <p>In one dimension {@code y = Aᵀ[(G·g) ⊙ (Bᵀ·d)]}, with the filter g of k taps, the tile d of 6 and m outputs; in two,
 * each matrix is applied along both axes. Tile, filter and product are polynomials, known from their values at the five
 * {@link #POINTS} and at infinity (Toom and Cook), which is where the matrices come from: see {@link Face}. The weights'
 * gradient is such a filtering too, of the same tiles with m×m "filters" and k×k outputs, so that Bᵀ serves all.
 *
 * <p>A. Lavin, S. Gray, <em>Fast Algorithms for Convolutional Neural Networks</em>, 2015, section 4.
 */
final class Winograd {
    /** Rows and columns of a tile. */
    static final int TILE = 6;

    /**
     * Opposite points side by side: what they have in common is computed once. With these the error is half of that with the usual
     * ±1 and ±2, whose powers and their inverses are further apart: 1.8 times that of the plain sum for 3×3 (root mean square,
     * 64 channels of normal numbers), 1.2 times for 5×5.
     */
    private static final double[] POINTS = {0, .75, -.75, 1.5, -1.5};

    /** The most channels: one chain of sums each. */
    private static final long MAX_CHANNELS = 1024;
    /** The fewest channels on either side: fewer do not fill the lanes. */
    private static final long MIN_CHANNELS = 16;
    /** The most products, of a hundred that the definition has: what tiles at the edge waste counts, transforms must pay. */
    private static final long WORTH_PERCENT = 60;

    /** What one matrix is for. */
    enum Face {
        /** Bᵀ, 6×6: row i has the coefficients of Π (x − pⱼ) over all points but pᵢ; the last, over all of them. */
        TILES {
            @Override
            double[][] matrix(int k) {
                double[][] matrix = new double[TILE][];
                for (int i = 0; i < TILE; i++) {
                    matrix[i] = productWithout(i);
                }
                return matrix;
            }
        },
        /** G, 6×k: the filter's value at pᵢ, divided by Π (pᵢ − pⱼ). */
        FILTERS {
            @Override
            double[][] matrix(int k) {
                return valuesAtPoints(k);
            }
        },
        /** Aᵀ, m×6: column i has the powers of pᵢ. */
        OUTPUTS {
            @Override
            double[][] matrix(int k) {
                return powers(outputs(k));
            }
        },
        /** G for m taps: what a tile of the output's gradient is to the weights' gradient. */
        GRADIENT_TILES {
            @Override
            double[][] matrix(int k) {
                return valuesAtPoints(outputs(k));
            }
        },
        /** Aᵀ for k outputs: the taps of the weights' gradient. */
        GRADIENT_TAPS {
            @Override
            double[][] matrix(int k) {
                return powers(k);
            }
        };

        /** The matrix for filters of k×k. */
        abstract double[][] matrix(int k);
    }

    private record Key(Face face, int k, boolean bias, boolean relu) {}

    private final ConcurrentHashMap<Key, RowLoop> loops = new ConcurrentHashMap<>();
    private final DType dtype;
    private final Tier tier;
    private final int bits;

    Winograd(DType dtype, Tier tier, int bits) {
        this.dtype = dtype;
        this.tier = tier;
        this.bits = bits;
    }

    /** Whether a convolution is computed this way: by its shape alone, the number of images excepted. */
    static boolean fits(DType dtype, ConvGeometry geometry) {
        long k = geometry.kh();
        return dtype == DType.F32
                && (k == 3 || k == 5)
                && geometry.kw() == k
                && geometry.strideH() * geometry.strideW() * geometry.dilationH() * geometry.dilationW() == 1
                && Math.max(geometry.padH(), geometry.padW()) < k
                && Math.min(geometry.groupC(), geometry.groupO()) >= MIN_CHANNELS
                && Math.max(geometry.groupC(), geometry.groupO()) <= MAX_CHANNELS
                && geometry.n() > 0
                && TILE * TILE * 100 * tiles(geometry.outH(), k) * tiles(geometry.outW(), k)
                        <= WORTH_PERCENT * k * k * geometry.outH() * geometry.outW();
    }

    private static long tiles(long outputs, long k) {
        return Blocking.ceilDiv(outputs, TILE + 1 - k);
    }

    /** m: rows and columns of outputs per tile. */
    static int outputs(int k) {
        return TILE + 1 - k;
    }

    /** The loop that applies a matrix along one axis. */
    RowLoop loop(Face face, int k) {
        return loop(face, k, false, false);
    }

    /** The loop that applies a matrix along one axis, perhaps with a bias for each column added, and perhaps with a ReLU. */
    RowLoop loop(Face face, int k, boolean bias, boolean relu) {
        return loops.computeIfAbsent(
                new Key(face, k, bias, relu),
                key -> RowLoop.of(program(dtype, face.matrix(k), bias, relu), tier, bits));
    }

    // ---------------------------------------------------------------- matrices

    /** Coefficients of the product of (x − p) over all points but the i-th, lowest power first. */
    private static double[] productWithout(int i) {
        double[] product = new double[TILE];
        product[0] = 1;
        for (int j = 0; j < POINTS.length; j++) {
            if (j != i) {
                for (int power = TILE - 1; power >= 0; power--) {
                    product[power] = (power > 0 ? product[power - 1] : 0) - POINTS[j] * product[power];
                }
            }
        }
        return product;
    }

    private static double[][] valuesAtPoints(int taps) {
        double[][] matrix = new double[TILE][taps];
        for (int i = 0; i < POINTS.length; i++) {
            double distance = 1;
            for (int j = 0; j < POINTS.length; j++) {
                distance *= j == i ? 1 : POINTS[i] - POINTS[j];
            }
            for (int tap = 0; tap < taps; tap++) {
                matrix[i][tap] = Math.pow(POINTS[i], tap) / distance;
            }
        }
        matrix[TILE - 1][taps - 1] = 1;
        return matrix;
    }

    private static double[][] powers(int outputs) {
        double[][] matrix = new double[outputs][TILE];
        for (int j = 0; j < outputs; j++) {
            for (int i = 0; i < POINTS.length; i++) {
                matrix[j][i] = Math.pow(POINTS[i], j);
            }
        }
        matrix[outputs - 1][TILE - 1] = 1;
        return matrix;
    }

    // ---------------------------------------------------------------- programs

    /** {@code y = matrix·x}, or {@code y = matrix·x + bias}, where the bias is the input behind x; perhaps the ReLU of it. */
    private static Program program(DType dtype, double[][] matrix, boolean bias, boolean relu) {
        Program.Builder code = new Program.Builder(dtype);
        List<Program.Value> x = new ArrayList<>();
        for (int j = 0; j < matrix[0].length; j++) {
            x.add(code.input(j));
        }
        List<Program.Value> y = new ArrayList<>();
        for (Program.Value value : isPairedByColumns(matrix) ? byColumns(code, matrix, x) : byRows(code, matrix, x)) {
            Program.Value sum = bias ? code.add(value, code.input(x.size())) : value;
            Program.Value zero = code.constant(0);
            y.add(relu ? code.select(code.lt(sum, zero), zero, sum) : sum); // NaN stays NaN
        }
        return code.build(x.size() + (bias ? 1 : 0), 0, y);
    }

    /** Whether columns 1 and 2, and 3 and 4, differ in signs only: those of opposite points. */
    private static boolean isPairedByColumns(double[][] matrix) {
        for (double[] row : matrix) {
            for (int j = 1; j < TILE - 1; j += 2) {
                if (row.length < TILE || Math.abs(row[j]) != Math.abs(row[j + 1])) {
                    return false;
                }
            }
        }
        return true;
    }

    /** By sums and differences of the paired inputs. */
    private static List<Program.Value> byColumns(Program.Builder code, double[][] matrix, List<Program.Value> x) {
        List<Program.Value> rows = new ArrayList<>();
        for (double[] row : matrix) {
            Dot dot = new Dot(code);
            dot.add(row[0], x.get(0));
            for (int j = 1; j < TILE - 1; j += 2) {
                boolean same = row[j] == row[j + 1];
                dot.add(row[j], same ? code.add(x.get(j), x.get(j + 1)) : code.sub(x.get(j), x.get(j + 1)));
            }
            dot.add(row[TILE - 1], x.get(TILE - 1));
            rows.add(dot.value());
        }
        return rows;
    }

    /** Rows of opposite points are the sum and the difference of their even and their odd part. */
    private static List<Program.Value> byRows(Program.Builder code, double[][] matrix, List<Program.Value> x) {
        List<Program.Value> rows = new ArrayList<>();
        rows.add(dot(code, matrix[0], x, 0, 1));
        for (int i = 1; i < TILE - 1; i += 2) {
            Program.Value even = dot(code, matrix[i], x, 0, 2);
            Program.Value odd = dot(code, matrix[i], x, 1, 2);
            rows.add(code.add(even, odd));
            rows.add(code.sub(even, odd));
        }
        rows.add(dot(code, matrix[TILE - 1], x, 0, 1));
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
