package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;
import org.culebra.kernel.codegen.RowLoop;
import org.culebra.kernel.codegen.RowOperands;
import org.culebra.kernel.gemm.Epilogue.Start;
import org.culebra.kernel.gemm.WinogradForm.Face;
import org.culebra.kernel.parallel.Scratch;
import org.culebra.kernel.parallel.Scratch.Slot;

/**
 * Planes of results made of tiles laid out as {@link WinogradTiles} says. The tiles of a phase fill every s-th row and column; when
 * all phases of an image are there, it is transposed.
 */
final class WinogradPlanes {
    private final KernelSet kernels;
    private final long size;
    private final RowLoop alongHeight;
    private final RowLoop alongWidth;
    private final int tile;
    private final int step;
    private final int stride;
    private final long channels;
    private final long h;
    private final long w;
    private final long across;
    private final Epilogue epilogue;
    /** Pixels from a line to the next. */
    private final long pitch;

    /**
     * Planes of {@code h × w}.
     *
     * @param stride s of these planes
     * @param across tiles in a row of a phase
     */
    WinogradPlanes(
            KernelSet kernels,
            WinogradForm form,
            int stride,
            long channels,
            long h,
            long w,
            long across,
            Epilogue epilogue) {
        this.kernels = kernels;
        this.stride = stride;
        this.channels = channels;
        this.h = h;
        this.w = w;
        this.across = across;
        this.epilogue = epilogue;
        size = kernels.dtype().byteSize();
        tile = form.tile();
        step = form.outputs();
        alongHeight = kernels.winograd().loop(Face.OUTPUTS, form);
        alongWidth = kernels.winograd().loop(Face.OUTPUTS, form, epilogue.start() != Start.ZERO, epilogue.relu());
        // With one phase the next line's first tile overwrites what the last tile of a line has too much.
        pitch = stride == 1 ? w : across * step * stride;
    }

    /** Numbers of so many tiles. */
    long numbers(long tiles) {
        return (long) tile * tile * tiles * channels;
    }

    private MemorySegment results(long rows, long count) {
        return Scratch.take(Slot.LINES, size * channels * (count * linesOf(rows) * pitch + step));
    }

    private long linesOf(long rows) {
        return rows * step * stride;
    }

    /**
     * Takes the results of one phase, {@code rows} rows of tiles from row {@code row} on.
     *
     * @param source [ξ][{@code tiles}][ν][channel], of which tiles from {@code at} on are read
     * @param phaseH which of s lines they fill
     * @param phaseW which of s columns they fill
     * @param firstChannel which of all channels the first of these is: where its bias lies
     * @param index which of the images that this thread keeps at a time
     * @param count how many these are
     */
    void take(
            MemorySegment source,
            long at,
            long tiles,
            int phaseH,
            int phaseW,
            long row,
            long rows,
            long firstChannel,
            long index,
            long count) {
        MemorySegment results = results(rows, count);
        long line = across * tile * channels;
        MemorySegment half = Scratch.take(Slot.HALF, size * rows * step * line);
        RowOperands operands = RowOperands.ofThread();
        operands.begin();
        operands.add(tile, source, at * tile * channels, tiles * tile * channels, line);
        operands.add(step, half, 0, line, step * line);
        operands.run(alongHeight, rows, line);
        long lines = Math.min(rows * step, Blocking.ceilDiv(h - phaseH, stride) - row * step);
        boolean gapless = pitch == across * step;
        for (long y = 0; y < (gapless ? Math.min(1, lines) : lines); y++) {
            operands.begin();
            operands.add(tile, half, y * line, channels, tile * channels);
            if (epilogue.start() != Start.ZERO) {
                operands.add(1, epilogue.bias(), epilogue.offset() + firstChannel, 0, 0);
            }
            long to = (index * linesOf(rows) + y * stride + phaseH) * pitch + phaseW;
            operands.add(step, results, to * channels, stride * channels, (long) step * stride * channels);
            operands.run(alongWidth, gapless ? lines * across : across, channels);
        }
    }

    /**
     * Writes the lines of an image whose phases were all taken.
     *
     * @param plane where the planes of the channels begin, in elements
     */
    void write(MemorySegment target, long plane, long row, long rows, long index, long count) {
        MemorySegment results = results(rows, count);
        long first = row * step * stride;
        long lines = Math.min(linesOf(rows), h - first);
        long from = index * linesOf(rows) * pitch;
        boolean gapless = pitch == w;
        for (long y = 0; y < (gapless ? Math.min(1, lines) : lines); y++) {
            kernels.transposer()
                    .run(
                            results,
                            size * channels * (from + y * pitch),
                            size * channels,
                            target,
                            size * (plane + (first + y) * w),
                            size * h * w,
                            gapless ? lines * w : w,
                            channels);
        }
    }
}
