package org.culebra.recipes.gan;

import java.util.Arrays;
import org.culebra.tensor.Tensor;

/** Points of the plane as an image, the same scale on both axes: samples in blue over the data in grey. */
final class PointPicture {
    private static final int SIDE = 256;

    /** A point is a square of 2·REACH + 1 pixels. */
    private static final int REACH = 1;

    private static final float[] PAPER = {1, 1, 1};
    private static final float[] DATA = {.72f, .72f, .72f};
    private static final float[] SAMPLES = {0, .45f, .70f};

    private PointPicture() {}

    /**
     * The square from −extent to extent; what is outside is left out.
     *
     * @param data f32[N, 2]
     * @param samples f32[M, 2]
     * @return f32[3, 256, 256] from 0 to 1
     */
    static Tensor of(Tensor data, Tensor samples, double extent) {
        float[] image = new float[3 * SIDE * SIDE];
        for (int c = 0; c < 3; c++) {
            Arrays.fill(image, c * SIDE * SIDE, (c + 1) * SIDE * SIDE, PAPER[c]);
        }
        draw(image, data, extent, DATA);
        draw(image, samples, extent, SAMPLES);
        return Tensor.of(image, 3, SIDE, SIDE);
    }

    private static void draw(float[] image, Tensor points, double extent, float[] colour) {
        float[] numbers = points.toFloatArray();
        for (int i = 0; i + 1 < numbers.length; i += 2) {
            int column = pixel(numbers[i], extent);
            int row = pixel(-numbers[i + 1], extent);
            for (int y = Math.max(0, row - REACH); y <= Math.min(SIDE - 1, row + REACH); y++) {
                for (int x = Math.max(0, column - REACH); x <= Math.min(SIDE - 1, column + REACH); x++) {
                    for (int c = 0; c < 3; c++) {
                        image[(c * SIDE + y) * SIDE + x] = colour[c];
                    }
                }
            }
        }
    }

    /** Far outside for what is no number. */
    private static int pixel(float value, double extent) {
        double place = (value / extent + 1) / 2 * SIDE;
        return place >= 0 && place < SIDE ? (int) place : -SIDE;
    }
}
