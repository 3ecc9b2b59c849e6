package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.culebra.kernel.gemm.UnfoldedProduct.Placement;
import org.culebra.kernel.parallel.Scratch;
import org.culebra.kernel.parallel.Scratch.Slot;
import org.culebra.memory.DType;

/**
 * The three faces of a convolution y = w ∗ x, each the gradient of the others: with a cotangent of y, {@link #inputGradient}
 * gives that of x (which is transposed convolution) and {@link #weightGradient} that of w.
 *
 * <p>x: [N,C,H,W], w: [O,C/G,Kh,Kw], y: [N,O,H′,W′], all contiguous, f32 or f64; see {@link ConvGeometry}. Results are
 * overwritten, never read, and must not overlap operands.
 */
public final class Convolution {
    private static final Convolution SHARED = new Convolution(Gemm.SHARED);

    private static final Kept<ConvGeometry, List<Phase>> PHASES = new Kept<>();

    private final Gemm gemm;

    Convolution(Gemm gemm) {
        this.gemm = gemm;
    }

    /**
     * {@code y = w ∗ x + start}, and perhaps the ReLU of it.
     *
     * @param epilogue starts from zero or from a bias of each output channel ({@link Epilogue.Start#ROW_BIAS})
     */
    public static void forward(DType dtype, ConvGeometry geometry, Operand x, Operand w, Operand y, Epilogue epilogue) {
        SHARED.runForward(dtype, geometry, x, w, y, epilogue);
    }

    /**
     * The gradient with respect to x, given that with respect to y; as an operation of its own, transposed convolution.
     *
     * @param epilogue starts from zero or from a bias of each input channel ({@link Epilogue.Start#ROW_BIAS})
     */
    public static void inputGradient(
            DType dtype, ConvGeometry geometry, Operand y, Operand w, Operand x, Epilogue epilogue) {
        SHARED.runInputGradient(dtype, geometry, y, w, x, epilogue);
    }

    /** The gradient with respect to w, given that with respect to y. */
    public static void weightGradient(DType dtype, ConvGeometry geometry, Operand x, Operand y, Operand w) {
        SHARED.runWeightGradient(dtype, geometry, x, y, w);
    }

    void runForward(DType dtype, ConvGeometry geometry, Operand x, Operand w, Operand y, Epilogue epilogue) {
        check(epilogue);
        WinogradForm form = WinogradForm.of(dtype, geometry);
        if (form != null) {
            WinogradProduct.forward(gemm.kernels(dtype), form, geometry, x, w, y, epilogue);
            return;
        }
        if (PatchMatrix.serves(geometry)) {
            new PatchMatrix(gemm, dtype, geometry).forward(x, w, y, epilogue);
            return;
        }
        new UnfoldedProduct(
                        gemm.kernels(dtype),
                        Unfold.forward(geometry),
                        geometry.n() * geometry.groups(),
                        geometry.groups(),
                        geometry.groupO(),
                        geometry.groupC(),
                        w,
                        x,
                        new Placement(y, geometry.outH(), geometry.outW(), 1, 1, 0, 0),
                        epilogue)
                .run();
    }

    /**
     * A pixel of x gets something from the taps for which {@code pixel + pad − tap·dilation} is a multiple of the stride: pixels
     * with the same remainder (a <em>phase</em>) see the same taps, so each phase is a dense product with stride 1.
     */
    void runInputGradient(DType dtype, ConvGeometry geometry, Operand y, Operand w, Operand x, Epilogue epilogue) {
        check(epilogue);
        WinogradForm form = WinogradForm.of(dtype, geometry);
        if (form != null) {
            WinogradProduct.inputGradient(gemm.kernels(dtype), form, geometry, y, w, x, epilogue);
            return;
        }
        if (PatchMatrix.serves(geometry)) {
            new PatchMatrix(gemm, dtype, geometry).inputGradient(y, w, x, epilogue);
            return;
        }
        for (Phase phase : PHASES.get(geometry, Convolution::phases)) {
            KernelSet kernels = gemm.kernels(dtype);
            new UnfoldedProduct(
                            kernels,
                            phase.unfold,
                            geometry.n() * geometry.groups(),
                            geometry.groups(),
                            geometry.groupC(),
                            geometry.groupO(),
                            exchanged(kernels, geometry, w, phase.tapsH, phase.tapsW),
                            y,
                            new Placement(
                                    x,
                                    geometry.h(),
                                    geometry.w(),
                                    geometry.strideH(),
                                    geometry.strideW(),
                                    phase.h,
                                    phase.w),
                            epilogue)
                    .run();
        }
    }

    /** Pixels whose row and column have these remainders, the taps that reach them, and what these see of y. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Phase(long h, long w, long[] tapsH, long[] tapsW, Unfold unfold) {}

    private static List<Phase> phases(ConvGeometry geometry) {
        List<Phase> phases = new ArrayList<>();
        for (long h = 0; h < Math.min(geometry.strideH(), geometry.h()); h++) {
            long[] tapsH = taps(h, geometry.kh(), geometry.strideH(), geometry.padH(), geometry.dilationH());
            for (long w = 0; w < Math.min(geometry.strideW(), geometry.w()); w++) {
                long[] tapsW = taps(w, geometry.kw(), geometry.strideW(), geometry.padW(), geometry.dilationW());
                phases.add(new Phase(h, w, tapsH, tapsW, unfold(geometry, h, w, tapsH, tapsW)));
            }
        }
        return phases;
    }

    private static Unfold unfold(ConvGeometry geometry, long phaseH, long phaseW, long[] tapsH, long[] tapsW) {
        long strideH = geometry.strideH();
        long strideW = geometry.strideW();
        return new Unfold(
                geometry.outH(),
                geometry.outW(),
                Blocking.ceilDiv(geometry.h() - phaseH, strideH),
                Blocking.ceilDiv(geometry.w() - phaseW, strideW),
                1,
                1,
                shifts(tapsH, phaseH + geometry.padH(), geometry.dilationH(), strideH),
                shifts(tapsW, phaseW + geometry.padW(), geometry.dilationW(), strideW));
    }

    /** The taps that reach the pixels of a phase. */
    private static long[] taps(long phase, long kernel, long stride, long pad, long dilation) {
        return LongStream.range(0, kernel)
                .filter(tap -> Math.floorMod(phase + pad - tap * dilation, stride) == 0)
                .toArray();
    }

    private static long[] shifts(long[] taps, long origin, long dilation, long stride) {
        return Arrays.stream(taps)
                .map(tap -> Math.floorDiv(origin - tap * dilation, stride))
                .toArray();
    }

    /** The chosen taps of w as [groups, C/G, O/G · taps], in this thread's scratch. */
    private static Operand exchanged(KernelSet kernels, ConvGeometry geometry, Operand w, long[] tapsH, long[] tapsW) {
        int size = kernels.dtype().byteSize();
        long taps = (long) tapsH.length * tapsW.length;
        long rows = geometry.c();
        long columns = geometry.groupO() * taps;
        MemorySegment exchanged = Scratch.take(Slot.SHARED, size * rows * columns + 64);
        for (long c = 0; c < rows; c++) {
            long group = c / geometry.groupC();
            for (int a = 0; a < tapsH.length; a++) {
                for (int b = 0; b < tapsW.length; b++) {
                    long from = group * geometry.groupO() * geometry.patch()
                            + (c % geometry.groupC() * geometry.kh() + tapsH[a]) * geometry.kw()
                            + tapsW[b];
                    ScalarKernels.gather(
                            size,
                            w.segment(),
                            size * (w.offset() + from),
                            size * geometry.patch(),
                            exchanged,
                            size * (c * columns + (long) a * tapsW.length + b),
                            size * taps,
                            geometry.groupO());
                }
            }
        }
        return new Operand(exchanged, 0);
    }

    void runWeightGradient(DType dtype, ConvGeometry geometry, Operand x, Operand y, Operand w) {
        WinogradForm form = WinogradForm.of(dtype, geometry);
        if (form != null) {
            new WinogradGradient(gemm, gemm.kernels(dtype), form, geometry, x, y).run(w);
            return;
        }
        if (PatchMatrix.serves(geometry)) {
            new PatchMatrix(gemm, dtype, geometry).weightGradient(x, y, w);
            return;
        }
        new WeightGradient(gemm, gemm.kernels(dtype), geometry, x, y, w).run();
    }

    private static void check(Epilogue epilogue) {
        if (epilogue.start() != Epilogue.Start.ZERO && epilogue.start() != Epilogue.Start.ROW_BIAS) {
            throw new IllegalArgumentException("a convolution cannot start from " + epilogue.start());
        }
    }
}
