package org.culebra.data;

import java.util.ArrayList;
import java.util.function.IntFunction;
import org.culebra.memory.DType;
import org.culebra.tensor.Interpolation;
import org.culebra.tensor.PadMode;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;

/** Transforms that move the pixels of [B, C, H, W] and change none. */
final class Geometry {
    private Geometry() {}

    static void requireImages(String operation, Tensor images) {
        if (images.rank() != 4) {
            throw new IllegalArgumentException(
                    operation + ": needs images [B, C, H, W], but was given " + images.describe());
        }
    }

    /** The images that {@code view} makes of each one, [1, C, H, W], joined: [B, …]. */
    private static Tensor each(Tensor images, IntFunction<Tensor> view) {
        var views = new ArrayList<Tensor>();
        for (int i = 0; i < images.dim(0); i++) {
            views.add(view.apply(i));
        }
        return Tensor.concat(0, views);
    }

    record Padding(int n, PadMode mode) implements Transform {
        Padding {
            if (n < 0) {
                throw new IllegalArgumentException("pad: the padding is at least 0, not " + n);
            }
        }

        @Override
        public Tensor apply(Tensor images, Draws draws) {
            requireImages("pad", images);
            return mode == PadMode.ZEROS ? images.pad(n, n, n, n) : images.pad(mode, n, n, n, n);
        }
    }

    record Crop(int height, int width, boolean random) implements Transform {
        Crop {
            if (height < 1 || width < 1) {
                throw new IllegalArgumentException("crop: a piece of " + height + "×" + width + " is none");
            }
        }

        @Override
        public Tensor apply(Tensor images, Draws draws) {
            requireImages("crop", images);
            long below = images.dim(2) - height;
            long right = images.dim(3) - width;
            if (below < 0 || right < 0) {
                throw new IllegalArgumentException("crop: a piece of " + height + "×" + width
                        + " is larger than the images, " + images.describe());
            }
            return random
                    ? each(images, i -> piece(images, i, draws.of(i), below, right))
                    : piece(images, below / 2, right / 2);
        }

        private Tensor piece(Tensor images, int i, Random source, long below, long right) {
            long top = Draws.nextBelow(source, below + 1);
            long left = Draws.nextBelow(source, right + 1);
            return piece(images.narrow(0, i, 1), top, left);
        }

        private Tensor piece(Tensor images, long top, long left) {
            return images.narrow(2, top, height).narrow(3, left, width).contiguous();
        }
    }

    record Flip(double p, int axis) implements Transform {
        Flip {
            requireProbability("flip", p);
        }

        @Override
        public Tensor apply(Tensor images, Draws draws) {
            requireImages("flip", images);
            return each(images, i -> {
                Tensor image = images.narrow(0, i, 1);
                return Draws.next(draws.of(i)) < p ? image.flip(axis) : image;
            });
        }
    }

    static void requireProbability(String operation, double p) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException(operation + ": a probability is between 0 and 1, not " + p);
        }
    }

    record Resize(int height, int width) implements Transform {
        Resize {
            if (height < 1 || width < 1) {
                throw new IllegalArgumentException("resize: a size of " + height + "×" + width + " is none");
            }
        }

        @Override
        public Tensor apply(Tensor images, Draws draws) {
            requireImages("resize", images);
            Tensor numbers = images.dtype().isFloating() ? images : images.to(DType.F32);
            return numbers.resize(Interpolation.LINEAR, height, width);
        }
    }
}
