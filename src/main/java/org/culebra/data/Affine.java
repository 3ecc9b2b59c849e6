package org.culebra.data;

import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;

/**
 * y(M·(p − c) + c + t) = x(p): each image turned, sheared, scaled and moved by random amounts about its middle c, where M = s·R(θ)·S(φ).
 *
 * <p>[B, C, H, W] → f[B, C, H, W]; integers become f32. Positive angles turn counter-clockwise as seen, S(φ) moves each row by
 * tan φ times its distance from the middle. Between pixels it is bilinear, outside the image 0.
 *
 * @param leastDegrees θ is uniform from here …
 * @param mostDegrees … to here
 * @param translation t is uniform up to this part of width and height either way
 * @param leastScale s is uniform from here …
 * @param mostScale … to here
 * @param shearDegrees φ is uniform up to this either way
 */
public record Affine(
        double leastDegrees,
        double mostDegrees,
        double translation,
        double leastScale,
        double mostScale,
        double shearDegrees)
        implements Transform {

    /** Half a turn either way is every angle. */
    private static final double UPRIGHT = 90;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is empty or not finite, a scale is not positive, or a shear reaches 90 degrees
     */
    public Affine {
        boolean sound = leastDegrees <= mostDegrees
                && Double.isFinite(mostDegrees - leastDegrees)
                && translation >= 0
                && Double.isFinite(translation)
                && leastScale > 0
                && leastScale <= mostScale
                && Double.isFinite(mostScale)
                && shearDegrees >= 0
                && shearDegrees < UPRIGHT;
        if (!sound) {
            throw new IllegalArgumentException("affine: angles from " + leastDegrees + " to " + mostDegrees
                    + ", translation " + translation + ", scale from " + leastScale + " to " + mostScale + ", shear "
                    + shearDegrees + ": ranges must not be empty, scales positive, shears below 90");
        }
    }

    /** Changes nothing. */
    public static Affine of() {
        return new Affine(0, 0, 0, 1, 1, 0);
    }

    /** The same with angles from −degrees to degrees. */
    public Affine degrees(double degrees) {
        return between(-degrees, degrees);
    }

    /** The same with angles in this range. */
    public Affine between(double least, double most) {
        return new Affine(least, most, translation, leastScale, mostScale, shearDegrees);
    }

    /** The same, moved by up to this part of width and height. */
    public Affine translation(double part) {
        return new Affine(leastDegrees, mostDegrees, part, leastScale, mostScale, shearDegrees);
    }

    /** The same with scales in this range. */
    public Affine scale(double least, double most) {
        return new Affine(leastDegrees, mostDegrees, translation, least, most, shearDegrees);
    }

    /** The same with shears from −degrees to degrees. */
    public Affine shear(double degrees) {
        return new Affine(leastDegrees, mostDegrees, translation, leastScale, mostScale, degrees);
    }

    private boolean isRandom() {
        return leastDegrees < mostDegrees || translation > 0 || leastScale < mostScale || shearDegrees > 0;
    }

    @Override
    public Tensor apply(Tensor images, Draws draws) {
        Geometry.requireImages("affine", images);
        DType dtype = images.dtype() == DType.F64 ? DType.F64 : DType.F32;
        double[] from = images.toDoubleArray();
        double[] to = new double[from.length];
        int channels = (int) images.dim(1);
        int height = (int) images.dim(2);
        int width = (int) images.dim(3);
        int pixels = channels * height * width;
        for (int i = 0; i < images.dim(0); i++) {
            Random source = isRandom() ? draws.of(i) : Random.seeded(0);
            var move = move(source, height, width);
            for (int start = i * pixels; start < (i + 1) * pixels; start += height * width) {
                move.plane(from, to, start, height, width);
            }
        }
        return Tensor.of(to, images.shape().dims()).to(dtype);
    }

    /** M⁻¹ and t for one image. */
    private Move move(Random source, int height, int width) {
        double angle = Math.toRadians(Draws.next(source, leastDegrees, mostDegrees));
        double down = height * Draws.next(source, -translation, translation);
        double right = width * Draws.next(source, -translation, translation);
        double scale = Draws.next(source, leastScale, mostScale);
        double shear = StrictMath.tan(Math.toRadians(Draws.next(source, -shearDegrees, shearDegrees)));
        // StrictMath: the same bits everywhere. Rows count downwards, hence the signs.
        double cos = StrictMath.cos(angle) / scale;
        double sin = StrictMath.sin(angle) / scale;
        return new Move(cos - shear * sin, -sin - shear * cos, sin, cos, right, down);
    }

    /** From a pixel of the result, (column, row) about the middle, back to where it comes from. */
    private record Move(double xx, double xy, double yx, double yy, double right, double down) {
        void plane(double[] from, double[] to, int start, int height, int width) {
            double middleX = (width - 1) / 2.;
            double middleY = (height - 1) / 2.;
            for (int row = 0; row < height; row++) {
                double y = row - middleY - down;
                for (int column = 0; column < width; column++) {
                    double x = column - middleX - right;
                    to[start + row * width + column] =
                            between(from, start, height, width, middleX + xx * x + xy * y, middleY + yx * x + yy * y);
                }
            }
        }

        private static double between(double[] from, int start, int height, int width, double x, double y) {
            if (!(x > -1 && x < width && y > -1 && y < height)) {
                return 0;
            }
            int left = (int) Math.floor(x);
            int top = (int) Math.floor(y);
            double across = x - left;
            double along = y - top;
            return (1 - along)
                            * ((1 - across) * pixel(from, start, height, width, top, left)
                                    + across * pixel(from, start, height, width, top, left + 1))
                    + along
                            * ((1 - across) * pixel(from, start, height, width, top + 1, left)
                                    + across * pixel(from, start, height, width, top + 1, left + 1));
        }

        private static double pixel(double[] from, int start, int height, int width, int row, int column) {
            return row < 0 || row >= height || column < 0 || column >= width ? 0 : from[start + row * width + column];
        }
    }
}
