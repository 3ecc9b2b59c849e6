package org.culebra.data;

import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;

/**
 * With probability p a rectangle at a random place is overwritten, in all channels (random erasing; Zhong et al., AAAI 2020,
 * algorithm 1).
 *
 * <p>[B, C, H, W] → [B, C, H, W]. Its area is a uniform part of the image's, the logarithm of height over width is uniform; of a
 * rectangle that does not fit another is drawn, ten times at most.
 *
 * @param p the probability
 * @param leastArea part of the image from here …
 * @param mostArea … to here
 * @param leastAspect height over width from here …
 * @param mostAspect … to here
 * @param value what it is overwritten with
 */
public record Erasing(double p, double leastArea, double mostArea, double leastAspect, double mostAspect, double value)
        implements Transform {

    private static final int ATTEMPTS = 10;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if p is no probability, or a range is empty or not positive, or an area above 1
     */
    public Erasing {
        Geometry.requireProbability("erasing", p);
        boolean sound = leastArea > 0
                && leastArea <= mostArea
                && mostArea <= 1
                && leastAspect > 0
                && leastAspect <= mostAspect
                && Double.isFinite(mostAspect);
        if (!sound) {
            throw new IllegalArgumentException("erasing: areas from " + leastArea + " to " + mostArea
                    + " and aspects from " + leastAspect + " to " + mostAspect
                    + ": ranges must be positive and not empty, areas at most 1");
        }
    }

    /** As in the paper: 2 % to 33 % of the image, 0.3 to 3.3 times as high as wide, set to 0. */
    public static Erasing of(double p) {
        return new Erasing(p, .02, .33, .3, 1 / .3, 0);
    }

    /** The same with areas in this range. */
    public Erasing area(double least, double most) {
        return new Erasing(p, least, most, leastAspect, mostAspect, value);
    }

    /** The same with another number to overwrite with. */
    public Erasing value(double number) {
        return new Erasing(p, leastArea, mostArea, leastAspect, mostAspect, number);
    }

    @Override
    public Tensor apply(Tensor images, Draws draws) {
        Geometry.requireImages("erasing", images);
        Tensor erased = images.copy();
        for (int i = 0; i < images.dim(0); i++) {
            Random source = draws.of(i);
            if (Draws.next(source) < p) {
                erase(erased.select(0, i), source);
            }
        }
        return erased;
    }

    private void erase(Tensor image, Random source) {
        long height = image.dim(1);
        long width = image.dim(2);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            double area = height * width * Draws.next(source, leastArea, mostArea);
            double aspect = StrictMath.exp(Draws.next(source, StrictMath.log(leastAspect), StrictMath.log(mostAspect)));
            long rows = Math.round(Math.sqrt(area * aspect));
            long columns = Math.round(Math.sqrt(area / aspect));
            if (rows > 0 && columns > 0 && rows <= height && columns <= width) {
                long top = Draws.nextBelow(source, height - rows + 1);
                long left = Draws.nextBelow(source, width - columns + 1);
                image.narrow(1, top, rows).narrow(2, left, columns).fill(value);
                return;
            }
        }
    }
}
