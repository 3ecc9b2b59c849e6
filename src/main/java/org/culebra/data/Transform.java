package org.culebra.data;

import java.util.List;
import java.util.function.UnaryOperator;
import org.culebra.tensor.PadMode;
import org.culebra.tensor.Tensor;

/**
 * From raw inputs to what a model takes: [B, …] → [B, …]; of images u8[B, C, H, W] → f32[B, C, H, W].
 *
 * <p>Those called random make a choice of its own for every example, anew in every epoch, from the numbers of its {@link Draws}:
 * the same seed gives the same images. Their colours are numbers from 0 to 1 where nothing else is said, so that {@link #unit}
 * comes first: {@code Transform.compose(randomCrop(32, 32, 4), randomFlip(.5), unit(), colorJitter(.2, .2, .2, 0))}.
 */
@FunctionalInterface
public interface Transform {
    /**
     * The transformed examples.
     *
     * @throws IllegalArgumentException if the examples have another size than this one takes
     */
    Tensor apply(Tensor inputs, Draws draws);

    /**
     * {@link #apply(Tensor, Draws)} without random numbers.
     *
     * @throws IllegalStateException if it needs some
     */
    default Tensor apply(Tensor inputs) {
        return apply(inputs, Draws.none());
    }

    /** Any function that treats each example by itself: [B, …] → [B, …]. */
    static Transform of(UnaryOperator<Tensor> function) {
        return (inputs, draws) -> function.apply(inputs);
    }

    /** The examples as they are. */
    static Transform identity() {
        return (inputs, draws) -> inputs;
    }

    /** One after the other, each with random numbers of its own. */
    static Transform compose(Transform... steps) {
        return new Composition(List.of(steps));
    }

    // ---------------------------------------------------------------- numbers

    /** y = (x/scale − mean)/deviation, in one pass. */
    static Transform normalize(double scale, double mean, double deviation) {
        return new Normalize(scale, mean, deviation);
    }

    /** y = x/255: bytes to [0, 1]. */
    static Transform unit() {
        return new Normalize(255, 0, 1);
    }

    /**
     * y = low + x/255·(high − low): bytes to [low, high], for instance to [−1, 1].
     *
     * @throws IllegalArgumentException if low is not below high
     */
    static Transform scale(double low, double high) {
        if (!(low < high)) {
            throw new IllegalArgumentException("scale: low " + low + " must be below high " + high);
        }
        return new Normalize(255, -low / (high - low), 1 / (high - low));
    }

    /** y = (x − μ)/σ with the statistics of each channel (or feature) of this column: see {@link Standardize#fit}. */
    static Standardize standardize(Column fitted) {
        return Standardize.fit(fitted);
    }

    /**
     * y = x + σ·n with n normal and independent, for each number of each example.
     *
     * @throws IllegalArgumentException if the deviation is negative
     */
    static Transform noise(double deviation) {
        return new Photometry.Noise(deviation);
    }

    /**
     * Brightness, contrast, saturation and hue, each changed by a random amount, in this order: factors uniform in [max(0, 1 −
     * a), 1 + a], the hue turned by up to {@code hue} of the full circle either way; then clamped to [0, 1].
     *
     * <p>f[B, 3, H, W], or [B, 1, H, W] if saturation and hue are 0. All is one matrix per image: brightness b·x; contrast c·x + (1
     * − c)·(mean grey of the image); saturation s·x + (1 − s)·(grey of the pixel); the hue is turned about the grey axis of YIQ.
     *
     * @throws IllegalArgumentException if an amount is negative, or the hue above ½
     */
    static Transform colorJitter(double brightness, double contrast, double saturation, double hue) {
        return new Photometry.ColorJitter(brightness, contrast, saturation, hue);
    }

    /** y = 1 − x: dark for light, of numbers from 0 to 1. */
    static Transform invert() {
        return of(images -> images.rsub(1));
    }

    // ---------------------------------------------------------------- drawing

    /**
     * The largest number within n pixels along either axis: light strokes on dark grow by n on all sides. [B, C, H, W] → the same.
     *
     * @throws IllegalArgumentException if n is negative
     */
    static Transform dilate(int n) {
        return new Drawing.Dilation(n);
    }

    /**
     * y = 1 − clamp(4·(‖∇x‖ − .1), 0, 1): the edges of pictures as dark lines on white. ∇ is Sobel's, of the grey picture (BT.601),
     * scaled so that a step from 0 to 1 has the slope 1; beyond its border a picture goes on as it ends.
     *
     * <p>f[B, 3, H, W] or f[B, 1, H, W] from 0 to 1 → f[B, 1, H, W].
     */
    static Transform edges() {
        return new Drawing.Edges();
    }

    // ---------------------------------------------------------------- geometry

    /** Zeros around the planes: [B, C, H, W] → [B, C, H + 2n, W + 2n]. */
    static Transform pad(int n) {
        return new Geometry.Padding(n, PadMode.ZEROS);
    }

    /** What the mode continues the planes by, around them; floating numbers only, unless it is zeros. */
    static Transform pad(int n, PadMode mode) {
        return new Geometry.Padding(n, mode);
    }

    /**
     * The middle: [B, C, H, W] → [B, C, height, width].
     *
     * @throws IllegalArgumentException if a side is not positive
     */
    static Transform crop(int height, int width) {
        return new Geometry.Crop(height, width, false);
    }

    /**
     * A piece at a random place: [B, C, H, W] → [B, C, height, width].
     *
     * @throws IllegalArgumentException if a side is not positive
     */
    static Transform randomCrop(int height, int width) {
        return new Geometry.Crop(height, width, true);
    }

    /** {@link #randomCrop(int, int)} of the image with n zeros around it, as is the custom for CIFAR-10. */
    static Transform randomCrop(int height, int width, int n) {
        return compose(pad(n), randomCrop(height, width));
    }

    /** Left and right exchanged. */
    static Transform flip() {
        return of(images -> images.flip(-1));
    }

    /**
     * Left and right exchanged with probability p.
     *
     * @throws IllegalArgumentException if p is no probability
     */
    static Transform randomFlip(double p) {
        return new Geometry.Flip(p, -1);
    }

    /** Top and bottom exchanged with probability p. */
    static Transform randomFlipVertical(double p) {
        return new Geometry.Flip(p, -2);
    }

    /**
     * Other sizes, bilinear, without corners aligned: [B, C, H, W] → f[B, C, height, width]. Integers become f32.
     *
     * @throws IllegalArgumentException if a side is not positive
     */
    static Transform resize(int height, int width) {
        return new Geometry.Resize(height, width);
    }

    /** Turned about the middle by so many degrees, counter-clockwise, bilinear, 0 where the image had nothing: see {@link Affine}. */
    static Transform rotate(double degrees) {
        return Affine.of().between(degrees, degrees);
    }

    /** Turned by a random angle between −degrees and degrees: see {@link Affine}. */
    static Transform randomRotation(double degrees) {
        return Affine.of().degrees(degrees);
    }

    /** A random rectangle set to 0, with probability p: see {@link Erasing}. */
    static Transform randomErasing(double p) {
        return Erasing.of(p);
    }
}
