package org.culebra.data;

import org.culebra.tensor.ConvOptions;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.PadMode;
import org.culebra.tensor.PoolOptions;
import org.culebra.tensor.Tensor;

/** Transforms that make another drawing of a picture: its edges, thicker strokes. */
final class Drawing {
    private Drawing() {}

    record Dilation(int n) implements Transform {
        Dilation {
            if (n < 0) {
                throw new IllegalArgumentException("dilate: strokes grow by at least 0 pixels, not " + n);
            }
        }

        @Override
        public Tensor apply(Tensor images, Draws draws) {
            Geometry.requireImages("dilate", images);
            return images.maxPool2d(PoolOptions.of(2 * n + 1).stride(1).padding(n));
        }
    }

    record Edges() implements Transform {
        /** How bright red, green and blue are (ITU-R BT.601). */
        private static final float[] LUMA = {.299f, .587f, .114f};

        /** Sobel's derivative along a row; a step from 0 to 1 has the slope 1. Its transpose is that along a column. */
        private static final float[][] SOBEL = {{-.25f, 0, .25f}, {-.5f, 0, .5f}, {-.25f, 0, .25f}};

        private static final Elementwise INK = Elementwise.of((x, y) ->
                x.square().add(y.square()).sqrt().sub(.1).mul(4).max(0).min(1).rsub(1));

        @Override
        public Tensor apply(Tensor images, Draws draws) {
            Geometry.requireImages("edges", images);
            int channels = (int) images.dim(1);
            if (!images.dtype().isFloating() || (channels != 1 && channels != LUMA.length)) {
                throw new IllegalArgumentException(
                        "edges: needs floating numbers from 0 to 1 with 1 or 3 channels, but was" + " given "
                                + images.describe());
            }
            Tensor slopes = images.pad(PadMode.REPLICATE, 1, 1, 1, 1)
                    .conv2d(kernels(channels).to(images.dtype()), ConvOptions.DEFAULT); // (B, 2, H, W)
            return INK.apply(slopes.narrow(1, 0, 1), slopes.narrow(1, 1, 1)); // (B, 1, H, W)
        }

        /** (2, C, 3, 3): the slopes of the grey picture along rows and columns. */
        private static Tensor kernels(int channels) {
            float[] values = new float[2 * channels * 9];
            for (int i = 0; i < values.length; i++) {
                int channel = i / 9 % channels;
                int row = i % 9 / 3;
                int column = i % 3;
                float luma = channels == 1 ? 1 : LUMA[channel];
                values[i] = luma * (i < 9 * channels ? SOBEL[row][column] : SOBEL[column][row]);
            }
            return Tensor.of(values, 2, channels, 3, 3);
        }
    }
}
