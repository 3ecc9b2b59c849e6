package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.culebra.kernel.parallel.Scratch;
import org.culebra.kernel.parallel.Scratch.Slot;
import org.culebra.kernel.parallel.Team;
import org.culebra.memory.DType;

/**
 * A convolution of few pixels as products of whole matrices: P has a row for each pixel of each image's output, and in it the patch
 * that the pixel sees.
 *
 * <p>The three faces are y = P·wᵀ, P's cotangent y·w, which is then folded back into x, and w's, yᵀ·P. One image's pixels would
 * leave lanes empty, and have all weights read again for the next image: where channels are many and pixels few, as inside a
 * U-Net, weights are what there is to read. Filters as large as the image are the case where P is x itself.
 */
final class PatchMatrix {
    /** Pixels of an output plane, at the most: one vector of 512 bits. More fill the lanes by themselves. */
    private static final long MOST_PIXELS = 16;
    /** Patches in memory at a time: what stays in the third-level cache. */
    private static final long PATCH_BYTES = 8 << 20;
    /** Rows of P from which lanes run along the output's channels, where it has one pixel: nothing is left to be turned then. */
    private static final long MANY_ROWS = 32;

    private static final long TASK_CHANNELS = 64;
    private static final int NOTHING = -1;

    private static final long[] NO_BATCH = {};
    private static final Kept<ConvGeometry, Places> PLACES = new Kept<>();

    private final Gemm gemm;
    private final DType dtype;
    private final int size;
    private final ConvGeometry geometry;
    private final Places places;
    private final long pixels;
    private final long patch;
    private final long plane;
    /** Whether P is x. */
    private final boolean identity;

    PatchMatrix(Gemm gemm, DType dtype, ConvGeometry geometry) {
        this.gemm = gemm;
        this.dtype = dtype;
        this.geometry = geometry;
        size = dtype.byteSize();
        pixels = geometry.outH() * geometry.outW();
        patch = geometry.patch();
        plane = geometry.h() * geometry.w();
        identity = pixels == 1
                && geometry.padH() + geometry.padW() == 0
                && geometry.kh() == geometry.h()
                && geometry.kw() == geometry.w();
        places = PLACES.get(geometry, Places::of);
    }

    /** Whether a convolution is to be computed like this: by its shape alone, the number of images excepted. */
    static boolean serves(ConvGeometry geometry) {
        long pixels = geometry.outH() * geometry.outW();
        return geometry.groups() == 1
                && pixels > 0
                && pixels <= MOST_PIXELS
                && geometry.n() * geometry.o() * geometry.patch() > 0;
    }

    /**
     * What meets what, within a plane.
     *
     * @param seen [pixel, tap]: the place in the input's plane, or {@link #NOTHING}
     * @param first [place]: where the list of a place begins in {@code by}; one more at the end
     * @param by pixel · patch + tap, of all that see a place, in this order
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Places(int[] seen, int[] first, int[] by) {
        static Places of(ConvGeometry geometry) {
            int taps = Math.toIntExact(geometry.kh() * geometry.kw());
            int pixels = Math.toIntExact(geometry.outH() * geometry.outW());
            int plane = Math.toIntExact(geometry.h() * geometry.w());
            int[] seen = new int[pixels * taps];
            int[] first = new int[plane + 1];
            for (int i = 0; i < seen.length; i++) {
                seen[i] = place(geometry, i / taps, i % taps);
                if (seen[i] != NOTHING) {
                    first[seen[i] + 1]++;
                }
            }
            Arrays.parallelPrefix(first, Integer::sum);
            int[] next = first.clone();
            int[] by = new int[first[plane]];
            for (int i = 0; i < seen.length; i++) {
                if (seen[i] != NOTHING) {
                    by[next[seen[i]]++] = Math.toIntExact(i / taps * geometry.patch() + i % taps);
                }
            }
            return new Places(seen, first, by);
        }

        private static int place(ConvGeometry geometry, int pixel, int tap) {
            long row = pixel / geometry.outW() * geometry.strideH()
                    - geometry.padH()
                    + tap / geometry.kw() * geometry.dilationH();
            long column = pixel % geometry.outW() * geometry.strideW()
                    - geometry.padW()
                    + tap % geometry.kw() * geometry.dilationW();
            boolean inside = row >= 0 && row < geometry.h() && column >= 0 && column < geometry.w();
            return inside ? Math.toIntExact(row * geometry.w() + column) : NOTHING;
        }
    }

    /** Does something for some images at a time. */
    @FunctionalInterface
    private interface Part {
        void of(long firstImage, long images);
    }

    private void inParts(Part part) {
        long most = identity ? geometry.n() : Math.max(1, PATCH_BYTES / (size * pixels * patch));
        for (long image = 0; image < geometry.n(); image += most) {
            part.of(image, Math.min(most, geometry.n() - image));
        }
    }

    // ---------------------------------------------------------------- the three faces

    /** y = P·wᵀ. */
    void forward(Operand x, Operand w, Operand y, Epilogue epilogue) {
        long o = geometry.o();
        inParts((image, images) -> {
            long rows = images * pixels;
            Matrix patches = patches(x, image, images);
            long to = y.offset() + image * pixels * o;
            if (pixels == 1 && rows >= MANY_ROWS) {
                multiply(
                        rows,
                        o,
                        patch,
                        patches,
                        columns(w, patch),
                        new Matrix(y.segment(), to, o, 1),
                        epilogue.transpose());
                return;
            }
            MemorySegment result = Scratch.take(Slot.LINES, size * o * rows);
            multiply(o, rows, patch, rows(w, patch), patches.transpose(), new Matrix(result, 0, rows, 1), epilogue);
            for (long channel = 0; channel < o; channel++) {
                for (long k = 0; k < images; k++) {
                    copy(result, channel * rows + k * pixels, y.segment(), to + (k * o + channel) * pixels, pixels);
                }
            }
        });
    }

    /** x = y·w, folded. */
    void inputGradient(Operand y, Operand w, Operand x, Epilogue epilogue) {
        boolean direct = identity && epilogue.start() == Epilogue.Start.ZERO;
        inParts((image, images) -> {
            long rows = images * pixels;
            long to = x.offset() + image * geometry.c() * plane;
            Matrix cotangent = turned(y, image, images);
            if (direct) {
                Matrix target = new Matrix(x.segment(), to, patch, 1);
                multiply(rows, patch, geometry.o(), cotangent, rows(w, patch), target, epilogue);
                return;
            }
            MemorySegment patches = Scratch.take(Slot.PATCHES, size * rows * patch);
            Matrix target = new Matrix(patches, 0, patch, 1);
            multiply(rows, patch, geometry.o(), cotangent, rows(w, patch), target, Epilogue.OVERWRITE);
            inTasks(images, (k, from, end) -> fold(patches, k, from, end, x.segment(), to, epilogue));
        });
    }

    /** w = yᵀ·P. */
    void weightGradient(Operand x, Operand y, Operand w) {
        inParts((image, images) -> multiply(
                geometry.o(),
                patch,
                images * pixels,
                turned(y, image, images).transpose(),
                patches(x, image, images),
                rows(w, patch),
                image == 0 ? Epilogue.OVERWRITE : Epilogue.ACCUMULATE));
    }

    private void multiply(long m, long n, long k, Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        gemm.run(dtype, NO_BATCH, m, n, k, a, b, c, epilogue);
    }

    private static Matrix rows(Operand operand, long columns) {
        return new Matrix(operand.segment(), operand.offset(), columns, 1);
    }

    private static Matrix columns(Operand operand, long columns) {
        return new Matrix(operand.segment(), operand.offset(), 1, columns);
    }

    // ---------------------------------------------------------------- between planes and rows

    /** What is done for some channels of an image. */
    @FunctionalInterface
    private interface Channels {
        void of(long image, long from, long end);
    }

    private void inTasks(long images, Channels work) {
        long blocks = Blocking.ceilDiv(geometry.c(), TASK_CHANNELS);
        Team.run(images * blocks, (task, worker) -> {
            long from = task % blocks * TASK_CHANNELS;
            work.of(task / blocks, from, Math.min(geometry.c(), from + TASK_CHANNELS));
        });
    }

    /** P of some images: [images · pixels, patch]. */
    private Matrix patches(Operand x, long image, long images) {
        long from = x.offset() + image * geometry.c() * plane;
        if (identity) {
            return new Matrix(x.segment(), from, patch, 1);
        }
        MemorySegment patches = Scratch.take(Slot.PATCHES, size * images * pixels * patch);
        inTasks(images, (k, first, end) -> unfold(x.segment(), from, k, first, end, patches));
        return new Matrix(patches, 0, patch, 1);
    }

    private void unfold(MemorySegment source, long at, long image, long first, long end, MemorySegment patches) {
        int[] seen = places.seen;
        int taps = seen.length / (int) pixels;
        for (int pixel = 0; pixel < pixels; pixel++) {
            long to = (image * pixels + pixel) * patch + first * taps;
            for (long channel = first; channel < end; channel++) {
                long from = at + (image * geometry.c() + channel) * plane;
                for (int tap = 0; tap < taps; tap++, to++) {
                    int place = seen[pixel * taps + tap];
                    if (size == 4) {
                        float value = place == NOTHING ? 0 : single(source, from + place);
                        patches.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * to, value);
                    } else {
                        double value = place == NOTHING ? 0 : twice(source, from + place);
                        patches.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, 8 * to, value);
                    }
                }
            }
        }
    }

    /** Each place of some channels is the sum of what the patches have of it. */
    private void fold(
            MemorySegment patches, long image, long first, long end, MemorySegment target, long at, Epilogue epilogue) {
        int taps = places.seen.length / (int) pixels;
        boolean biased = epilogue.start() == Epilogue.Start.ROW_BIAS;
        for (long channel = first; channel < end; channel++) {
            long from = image * pixels * patch + channel * taps;
            long to = at + (image * geometry.c() + channel) * plane;
            for (int place = 0; place < plane; place++) {
                if (size == 4) {
                    float sum = biased ? single(epilogue.bias(), epilogue.offset() + channel) : 0;
                    for (int i = places.first[place]; i < places.first[place + 1]; i++) {
                        sum += single(patches, from + places.by[i]);
                    }
                    float value = epilogue.relu() && sum < 0 ? 0 : sum;
                    target.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * (to + place), value);
                } else {
                    double sum = biased ? twice(epilogue.bias(), epilogue.offset() + channel) : 0;
                    for (int i = places.first[place]; i < places.first[place + 1]; i++) {
                        sum += twice(patches, from + places.by[i]);
                    }
                    double value = epilogue.relu() && sum < 0 ? 0 : sum;
                    target.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, 8 * (to + place), value);
                }
            }
        }
    }

    private static float single(MemorySegment segment, long index) {
        return segment.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * index);
    }

    private static double twice(MemorySegment segment, long index) {
        return segment.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, 8 * index);
    }

    /** y of some images with a row per pixel: [images · pixels, O]. */
    private Matrix turned(Operand y, long image, long images) {
        long o = geometry.o();
        long from = y.offset() + image * o * pixels;
        if (pixels == 1) {
            return new Matrix(y.segment(), from, o, 1);
        }
        MemorySegment rows = Scratch.take(Slot.TURNED, size * images * pixels * o);
        for (long k = 0; k < images; k++) {
            for (long channel = 0; channel < o; channel++) {
                long plane = from + (k * o + channel) * pixels;
                long to = k * pixels * o + channel;
                ScalarKernels.gather(size, y.segment(), size * plane, size, rows, size * to, size * o, pixels);
            }
        }
        return new Matrix(rows, 0, o, 1);
    }

    private void copy(MemorySegment source, long from, MemorySegment target, long to, long count) {
        ScalarKernels.gather(size, source, size * from, size, target, size * to, size, count);
    }
}
