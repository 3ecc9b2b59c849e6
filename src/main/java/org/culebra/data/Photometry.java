package org.culebra.data;

import java.util.ArrayList;
import java.util.List;
import org.culebra.memory.DType;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;

/** Transforms that change the numbers and leave them in their places. */
final class Photometry {
    private Photometry() {}

    record Noise(double deviation) implements Transform {
        private static final Elementwise ADD_NOISE = Elementwise.withScalars(
                "noise", 2, 1, (x, s) -> List.of(x.get(1).fma(s.get(0), x.get(0))));

        Noise {
            if (!(deviation >= 0 && Double.isFinite(deviation))) {
                throw new IllegalArgumentException("noise: a deviation is finite and at least 0, not " + deviation);
            }
        }

        @Override
        public Tensor apply(Tensor inputs, Draws draws) {
            DType dtype = inputs.dtype() == DType.F64 ? DType.F64 : DType.F32;
            long[] dims = inputs.shape().without(0).dims();
            var noise = new ArrayList<Tensor>();
            for (int i = 0; i < inputs.dim(0); i++) {
                noise.add(Tensor.normal(draws.of(i), dtype, 0, 1, dims));
            }
            return ADD_NOISE.apply(new double[] {deviation}, inputs, Tensor.stack(0, noise));
        }
    }

    record ColorJitter(double brightness, double contrast, double saturation, double hue) implements Transform {
        /** How bright red, green and blue are (ITU-R BT.601). */
        private static final double[] LUMA = {.299, .587, .114};

        /** A half circle is as far as a hue can go. */
        private static final double FARTHEST = .5;

        private static final Elementwise SHIFT_AND_CLAMP =
                Elementwise.of((x, shift) -> x.add(shift).max(0).min(1));

        ColorJitter {
            if (!(brightness >= 0 && contrast >= 0 && saturation >= 0 && hue >= 0 && hue <= FARTHEST)) {
                throw new IllegalArgumentException("colorJitter: amounts are at least 0, the hue's at most 0.5, not "
                        + brightness + ", " + contrast + ", " + saturation + ", " + hue);
            }
        }

        @Override
        public Tensor apply(Tensor images, Draws draws) {
            Geometry.requireImages("colorJitter", images);
            int channels = (int) images.dim(1);
            if (!images.dtype().isFloating() || (channels != 3 && (channels != 1 || saturation > 0 || hue > 0))) {
                throw new IllegalArgumentException(
                        "colorJitter: needs floating numbers from 0 to 1 with 3 channels (or 1"
                                + " without saturation and hue), but was given " + images.describe());
            }
            int batch = (int) images.dim(0);
            double[] matrices = new double[batch * channels * channels];
            double[] shifts = new double[batch * channels];
            // (B, C, H, W) -> (B, C)
            double[] means = images.mean(2, 3).toDoubleArray();
            for (int i = 0; i < batch; i++) {
                jitter(draws.of(i), i, channels, means, matrices, shifts);
            }
            Tensor pixels = images.flatten(2); // (B, C, H·W)
            Tensor turned = Tensor.of(matrices, batch, channels, channels)
                    .to(images.dtype())
                    .matmul(pixels);
            Tensor shift = Tensor.of(shifts, batch, channels, 1).to(images.dtype());
            return SHIFT_AND_CLAMP.apply(turned, shift).reshape(images.shape());
        }

        /** The matrix and the shift of one image. */
        private void jitter(
                Random source, int image, int channels, double[] means, double[] matrices, double[] shifts) {
            double bright = factor(source, brightness);
            double contrasted = factor(source, contrast);
            double saturated = factor(source, saturation);
            double angle = 2 * Math.PI * Draws.next(source, -hue, hue);
            double[][] colours = channels == 1 ? new double[][] {{1}} : multiply(turn(angle), saturate(saturated));
            double grey = 0;
            for (int c = 0; c < channels; c++) {
                grey += means[image * channels + c] * (channels == 1 ? 1 : LUMA[c]);
            }
            for (int row = 0; row < channels; row++) {
                for (int column = 0; column < channels; column++) {
                    matrices[(image * channels + row) * channels + column] = colours[row][column] * bright * contrasted;
                }
                // A grey stays as it is under the matrix of colours: the rows of which sum to 1.
                shifts[image * channels + row] = (1 - contrasted) * bright * grey;
            }
        }

        private static double factor(Random source, double amount) {
            return Draws.next(source, Math.max(0, 1 - amount), 1 + amount);
        }

        private static double[][] saturate(double s) {
            double[][] matrix = new double[3][3];
            for (int row = 0; row < 3; row++) {
                for (int column = 0; column < 3; column++) {
                    matrix[row][column] = (1 - s) * LUMA[column] + (row == column ? s : 0);
                }
            }
            return matrix;
        }

        /** To YIQ, I and Q turned, and back. */
        private static double[][] turn(double angle) {
            double cos = StrictMath.cos(angle);
            double sin = StrictMath.sin(angle);
            double[][] turned = {{1, 0, 0}, {0, cos, -sin}, {0, sin, cos}};
            return multiply(TO_RGB, multiply(turned, TO_YIQ));
        }

        private static final double[][] TO_YIQ = {LUMA, {.595716, -.274453, -.321263}, {.211456, -.522591, .311135}};

        private static final double[][] TO_RGB = inverse(TO_YIQ);

        private static double[][] multiply(double[][] a, double[][] b) {
            double[][] product = new double[3][3];
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 3; j++) {
                    product[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
                }
            }
            return product;
        }

        /** By Cramer's rule. */
        private static double[][] inverse(double[][] m) {
            double[][] inverse = new double[3][3];
            double determinant = 0;
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 3; j++) {
                    int a = (j + 1) % 3;
                    int b = (j + 2) % 3;
                    int c = (i + 1) % 3;
                    int d = (i + 2) % 3;
                    inverse[i][j] = m[a][c] * m[b][d] - m[a][d] * m[b][c];
                }
            }
            for (int j = 0; j < 3; j++) {
                determinant += m[0][j] * inverse[j][0];
            }
            for (double[] row : inverse) {
                for (int j = 0; j < 3; j++) {
                    row[j] /= determinant;
                }
            }
            return inverse;
        }
    }
}
