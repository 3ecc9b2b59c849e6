package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;
import org.culebra.kernel.codegen.RowLoop;
import org.culebra.kernel.gemm.Epilogue.Start;
import org.culebra.kernel.gemm.Winograd.Face;
import org.culebra.kernel.parallel.Scratch;
import org.culebra.kernel.parallel.Scratch.Slot;

/**
 * Planes as transformed tiles, and back.
 *
 * <p>A tile covers {@code taps} rows and columns of a plane; the next begins {@code step} further. <em>Transformed</em> it is a
 * vector of all channels at each of the 36 positions (ξ, ν), laid out [ξ][tile][ν][channel]: so the second pass of a
 * transform goes through whole rows of tiles without a gap, and matrices over (tile, channel) have strides that a product
 * takes as they are. Lanes run along channels everywhere: planes are transposed on their way in and out, when they have few
 * numbers.
 */
final class WinogradTiles {
    private static final int TILE = Winograd.TILE;

    private final KernelSet kernels;
    private final long size;
    private final RowLoop alongWidth;
    private final RowLoop alongHeight;
    private final int taps;
    private final int step;
    private final long channels;
    private final long h;
    private final long w;
    private final long padH;
    private final long padW;
    private final long across;
    private final Epilogue epilogue;

    /**
     * Tiles over planes of {@code h × w} with zeros around them, or, if the face is {@link Face#OUTPUTS}, planes made of tiles.
     *
     * @param k rows and columns of the filter
     * @param epilogue of planes made of tiles
     */
    WinogradTiles(
            KernelSet kernels,
            Face face,
            int k,
            long channels,
            long h,
            long w,
            long padH,
            long padW,
            long across,
            Epilogue epilogue) {
        this.kernels = kernels;
        this.channels = channels;
        this.h = h;
        this.w = w;
        this.padH = padH;
        this.padW = padW;
        this.across = across;
        this.epilogue = epilogue;
        size = kernels.dtype().byteSize();
        step = Winograd.outputs(k);
        taps = face == Face.TILES ? TILE : step;
        alongHeight = kernels.winograd().loop(face, k);
        alongWidth = kernels.winograd().loop(face, k, epilogue.start() != Start.ZERO, epilogue.relu());
    }

    /** Tiles over what an output pixel of a convolution sees. */
    static WinogradTiles inputs(KernelSet kernels, ConvGeometry geometry) {
        return new WinogradTiles(
                kernels,
                Face.TILES,
                (int) geometry.kh(),
                geometry.groupC(),
                geometry.h(),
                geometry.w(),
                geometry.padH(),
                geometry.padW(),
                across(geometry),
                Epilogue.OVERWRITE);
    }

    /** Tiles of outputs: as a gradient to be transformed, or as results. */
    static WinogradTiles outputs(KernelSet kernels, ConvGeometry geometry, Face face, Epilogue epilogue) {
        return new WinogradTiles(
                kernels,
                face,
                (int) geometry.kh(),
                geometry.groupO(),
                geometry.outH(),
                geometry.outW(),
                0,
                0,
                across(geometry),
                epilogue);
    }

    /** Tiles side by side. */
    static long across(ConvGeometry geometry) {
        return Blocking.ceilDiv(geometry.outW(), Winograd.outputs((int) geometry.kh()));
    }

    /** Tiles below each other. */
    static long down(ConvGeometry geometry) {
        return Blocking.ceilDiv(geometry.outH(), Winograd.outputs((int) geometry.kh()));
    }

    /** Numbers of so many transformed tiles. */
    long numbers(long tiles) {
        return TILE * TILE * tiles * channels;
    }

    /**
     * Transforms {@code rows} rows of tiles from row {@code row} on.
     *
     * @param plane where the planes of the channels begin, in elements
     * @param target [ξ][{@code tiles}][ν][channel], of which tiles from {@code at} on are written
     */
    void transform(MemorySegment source, long plane, long row, long rows, MemorySegment target, long at, long tiles) {
        long lines = (rows - 1) * step + taps;
        long columns = (across - 1) * step + taps;
        long line = across * TILE * channels;
        MemorySegment padded = padded(source, plane, row * step - padH, lines, columns);
        MemorySegment half = Scratch.take(Slot.HALF, size * lines * line);
        RowOperands operands = RowOperands.ofThread();
        for (long y = 0; y < lines; y++) { // [y][tile][ν][channel]
            operands.begin();
            operands.add(taps, padded, y * columns * channels, channels, step * channels);
            operands.add(TILE, half, y * line, channels, TILE * channels);
            operands.run(alongWidth, across, channels);
        }
        operands.begin();
        operands.add(taps, half, 0, line, step * line);
        operands.add(TILE, target, at * TILE * channels, tiles * TILE * channels, line);
        operands.run(alongHeight, rows, line);
    }

    /** Lines {@code y} to {@code y + lines} of the planes, channels last, with zeros for what lies outside. */
    private MemorySegment padded(MemorySegment source, long plane, long y, long lines, long columns) {
        MemorySegment padded = Scratch.take(Slot.PLANES, size * lines * columns * channels);
        long from = Math.max(0, y);
        long count = Math.min(h, y + lines) - from;
        long width = Math.min(w, columns - padW);
        if (count < lines || width < columns) {
            padded.asSlice(0, size * lines * columns * channels).fill((byte) 0);
        }
        if (count <= 0) {
            return padded;
        }
        MemorySegment turned = Scratch.take(Slot.TURNED, size * count * w * channels);
        long row = size * channels;
        kernels.transposer().run(source, size * (plane + from * w), size * h * w, turned, 0, row, channels, count * w);
        for (long i = 0; i < count; i++) {
            MemorySegment.copy(turned, row * i * w, padded, row * ((from - y + i) * columns + padW), row * width);
        }
        return padded;
    }

    /**
     * The other way: planes of results from {@code rows} rows of tiles.
     *
     * @param source [ξ][{@code tiles}][ν][channel], of which tiles from {@code at} on are read
     * @param plane where the planes of the channels begin, in elements
     * @param firstChannel which of all channels the first of these is: where its bias lies
     */
    void restore(
            MemorySegment source,
            long at,
            long tiles,
            MemorySegment target,
            long plane,
            long row,
            long rows,
            long firstChannel) {
        long lines = Math.min(rows * step, h - row * step);
        long line = across * TILE * channels;
        MemorySegment half = Scratch.take(Slot.HALF, size * rows * step * line);
        RowOperands operands = RowOperands.ofThread();
        operands.begin();
        operands.add(TILE, source, at * TILE * channels, tiles * TILE * channels, line);
        operands.add(step, half, 0, line, step * line);
        operands.run(alongHeight, rows, line);
        // What the last tile of a line has too much, the next line's first tile overwrites.
        MemorySegment turned = Scratch.take(Slot.TURNED, size * (lines * w + step) * channels);
        boolean gapless = w == across * step;
        long count = gapless ? lines * across : across;
        for (long y = 0; y < (gapless ? 1 : lines); y++) {
            operands.begin();
            operands.add(TILE, half, y * line, channels, TILE * channels);
            if (epilogue.start() != Start.ZERO) {
                operands.add(1, epilogue.bias(), epilogue.offset() + firstChannel, 0, 0);
            }
            operands.add(step, turned, y * w * channels, channels, step * channels);
            operands.run(alongWidth, count, channels);
        }
        long to = size * (plane + row * step * w);
        kernels.transposer().run(turned, 0, size * channels, target, to, size * h * w, lines * w, channels);
    }
}
