package org.culebra.kernel.gemm;

import org.culebra.memory.DType;
import org.jspecify.annotations.Nullable;

/**
 * A form of Winograd's minimal filtering: a filter of r×r taps over a tile of n×n gives m×m outputs, m = n + 1 − r, with n² products
 * in place of m²r²: 4 times fewer for 3×3 on tiles of 6×6, 2.8 times for 5×5, 2.6 times for 2×2 on tiles of 5×5.
 *
 * <p>In one dimension {@code y = Aᵀ[(G·g) ⊙ (Bᵀ·d)]}, with the filter g of r taps, the tile d of n and m outputs; in two,
 * each matrix is applied along both axes. Tile, filter and product are polynomials, known from their values at n − 1 points
 * and at infinity (Toom and Cook), which is where the matrices come from: see {@link Face}. The weights' gradient is such a
 * filtering too, of the same tiles with m×m "filters" and r×r outputs, so that Bᵀ serves all.
 *
 * <p>With stride s a filter of (s·r)×(s·r) is one of r×r over s² times as many channels: rows and columns of the input with the
 * same remainder are a channel of their own, a <em>phase</em>. So 4×4 with stride 2 is 2×2 with stride 1.
 *
 * <p>A. Lavin, S. Gray, <em>Fast Algorithms for Convolutional Neural Networks</em>, 2015, section 4.
 *
 * @param taps r: 2, 3 or 5
 * @param stride s
 */
record WinogradForm(int taps, int stride) {
    /**
     * Opposite points side by side: what they have in common is computed once. With these the error is half of that with the usual
     * ±1 and ±2, whose powers and their inverses are further apart: 1.8 times that of the plain sum for 3×3 (root mean square,
     * 64 channels of normal numbers), 1.2 times for 5×5.
     */
    private static final double[] SIX = {0, .75, -.75, 1.5, -1.5};

    /** 1.6 times the error of the plain sum; with 0, ±1 and 2 it is 3.1 times. */
    private static final double[] FIVE = {.5, -.5, 1.25, -1.25};

    /** The most channels: one chain of sums each. */
    private static final long MAX_CHANNELS = 1024;
    /** The fewest numbers side by side: fewer do not fill the lanes. */
    private static final long MIN_CHANNELS = 16;
    /** The most products, of a hundred that the definition has: what tiles at the edge waste counts, transforms must pay. */
    private static final long WORTH_PERCENT = 60;

    /** What one matrix is for. */
    enum Face {
        /** Bᵀ, n×n: row i has the coefficients of Π (x − pⱼ) over all points but pᵢ; the last, over all of them. */
        TILES {
            @Override
            double[][] matrix(WinogradForm form) {
                double[][] matrix = new double[form.tile()][];
                for (int i = 0; i < matrix.length; i++) {
                    matrix[i] = form.productWithout(i);
                }
                return matrix;
            }
        },
        /** G, n×r: the filter's value at pᵢ, divided by Π (pᵢ − pⱼ). */
        FILTERS {
            @Override
            double[][] matrix(WinogradForm form) {
                return form.valuesAtPoints(form.taps);
            }
        },
        /** Aᵀ, m×n: column i has the powers of pᵢ. */
        OUTPUTS {
            @Override
            double[][] matrix(WinogradForm form) {
                return form.powers(form.outputs());
            }
        },
        /** G for m taps: what a tile of the output's gradient is to the weights' gradient. */
        GRADIENT_TILES {
            @Override
            double[][] matrix(WinogradForm form) {
                return form.valuesAtPoints(form.outputs());
            }
        },
        /** Aᵀ for r outputs: the taps of the weights' gradient. */
        GRADIENT_TAPS {
            @Override
            double[][] matrix(WinogradForm form) {
                return form.powers(form.taps);
            }
        };

        /** The matrix. */
        abstract double[][] matrix(WinogradForm form);
    }

    /** The form in which a convolution is computed, if it is: by its shape alone, the number of images excepted. */
    static @Nullable WinogradForm of(DType dtype, ConvGeometry geometry) {
        long stride = geometry.strideH();
        long taps = geometry.kh() / stride;
        if (dtype != DType.F32
                || geometry.n() == 0
                || geometry.strideW() != stride
                || stride > 2
                || geometry.kh() != taps * stride
                || geometry.kw() != geometry.kh()
                || geometry.dilationH() * geometry.dilationW() != 1
                || (taps != 2 && taps != 3 && taps != 5)
                || Math.max(geometry.padH(), geometry.padW()) > geometry.kh() - stride) {
            return null;
        }
        WinogradForm form = new WinogradForm((int) taps, (int) stride);
        return form.fits(geometry) ? form : null;
    }

    private boolean fits(ConvGeometry geometry) {
        return Math.min(geometry.groupC() * stride, geometry.groupO()) >= MIN_CHANNELS
                && Math.max(geometry.groupC() * stride * stride, geometry.groupO()) <= MAX_CHANNELS
                && 100L * tile() * tile() * tiles(geometry.outH()) * tiles(geometry.outW())
                        <= WORTH_PERCENT * taps * taps * geometry.outH() * geometry.outW();
    }

    private double[] points() {
        return taps == 2 ? FIVE : SIX;
    }

    /** n: rows and columns of a tile. */
    int tile() {
        return points().length + 1;
    }

    /** n². */
    int positions() {
        return tile() * tile();
    }

    /** m: rows and columns of outputs per tile. */
    int outputs() {
        return tile() + 1 - taps;
    }

    /** Rows and columns of the whole filter. */
    int kernel() {
        return taps * stride;
    }

    /** Phases of an input: s². */
    int phases() {
        return stride * stride;
    }

    /** Tiles that cover so many outputs in a row. */
    long tiles(long count) {
        return Blocking.ceilDiv(count, outputs());
    }

    /** Whether points i and i + 1 are opposite. */
    boolean isPair(int i) {
        double[] points = points();
        return i + 1 < points.length && points[i] != 0 && points[i] == -points[i + 1];
    }

    /** Coefficients of the product of (x − p) over all points but the i-th, lowest power first. */
    private double[] productWithout(int i) {
        double[] points = points();
        double[] product = new double[tile()];
        product[0] = 1;
        for (int j = 0; j < points.length; j++) {
            if (j != i) {
                for (int power = product.length - 1; power >= 0; power--) {
                    product[power] = (power > 0 ? product[power - 1] : 0) - points[j] * product[power];
                }
            }
        }
        return product;
    }

    private double[][] valuesAtPoints(int count) {
        double[] points = points();
        double[][] matrix = new double[tile()][count];
        for (int i = 0; i < points.length; i++) {
            double distance = 1;
            for (int j = 0; j < points.length; j++) {
                distance *= j == i ? 1 : points[i] - points[j];
            }
            for (int tap = 0; tap < count; tap++) {
                matrix[i][tap] = Math.pow(points[i], tap) / distance;
            }
        }
        matrix[points.length][count - 1] = 1;
        return matrix;
    }

    private double[][] powers(int count) {
        double[] points = points();
        double[][] matrix = new double[count][tile()];
        for (int j = 0; j < count; j++) {
            for (int i = 0; i < points.length; i++) {
                matrix[j][i] = Math.pow(points[i], j);
            }
        }
        matrix[count - 1][points.length] = 1;
        return matrix;
    }
}
