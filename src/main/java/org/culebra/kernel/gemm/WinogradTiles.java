package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;
import org.culebra.kernel.codegen.RowLoop;
import org.culebra.kernel.codegen.RowOperands;
import org.culebra.kernel.gemm.WinogradForm.Face;
import org.culebra.kernel.parallel.Scratch;
import org.culebra.kernel.parallel.Scratch.Slot;

/**
 * Planes as transformed tiles.
 *
 * <p>A tile covers {@code taps} rows and columns of a plane; the next begins {@code step} further. <em>Transformed</em> it is a
 * vector of all channels at each of the n² positions (ξ, ν), laid out [ξ][tile][ν][channel]: so the second pass of a
 * transform goes through whole rows of tiles without a gap, and matrices over (tile, channel) have strides that a product
 * takes as they are. Lanes run along channels everywhere: planes are transposed on their way in, when they have few numbers.
 *
 * <p>With stride s the channels of a tile are [row phase][column phase][channel]. In a line with its channels last the pixels of
 * all column phases lie side by side, so that a phase takes no copying.
 */
final class WinogradTiles {
    private final KernelSet kernels;
    private final long size;
    private final RowLoop loop;
    private final int tile;
    private final int taps;
    private final int step;
    private final int stride;
    private final long channels;
    private final long h;
    private final long w;
    private final long padH;
    private final long padW;
    private final long across;
    /** Lines and columns that a shifted transform sees more. */
    private final int spare;

    /**
     * Tiles over planes of {@code h × w} with zeros around them.
     *
     * @param face {@link Face#TILES} or {@link Face#GRADIENT_TILES}
     * @param stride s of these planes
     * @param channels of the planes
     * @param across tiles in a row
     * @param spare the largest shift of {@link #transform}
     */
    WinogradTiles(
            KernelSet kernels,
            Face face,
            WinogradForm form,
            int stride,
            long channels,
            long h,
            long w,
            long padH,
            long padW,
            long across,
            int spare) {
        this.kernels = kernels;
        this.stride = stride;
        this.channels = channels;
        this.h = h;
        this.w = w;
        this.padH = padH;
        this.padW = padW;
        this.across = across;
        this.spare = spare;
        size = kernels.dtype().byteSize();
        tile = form.tile();
        step = form.outputs();
        taps = face == Face.TILES ? tile : step;
        loop = kernels.winograd().loop(face, form);
    }

    /** Tiles over what an output pixel of a convolution sees. */
    static WinogradTiles inputs(KernelSet kernels, WinogradForm form, ConvGeometry g) {
        return new WinogradTiles(
                kernels,
                Face.TILES,
                form,
                form.stride(),
                g.groupC(),
                g.h(),
                g.w(),
                g.padH(),
                g.padW(),
                form.tiles(g.outW()),
                0);
    }

    /** Numbers of so many transformed tiles. */
    long numbers(long tiles) {
        return (long) tile * tile * tiles * stride * stride * channels;
    }

    /** Lines of {@code rows} rows of tiles. */
    private long lines(long rows) {
        return stride * ((rows - 1) * step + taps + spare);
    }

    private long columns() {
        return lines(across);
    }

    /**
     * Gets the planes of an image ready for {@link #transform}: the lines that {@code rows} rows of tiles from row {@code row} on
     * see, channels last, with zeros for what lies outside.
     *
     * @param plane where the planes of the channels begin, in elements
     * @param index which of the images is got ready that this thread keeps at a time
     * @param count how many these are
     */
    void pad(MemorySegment source, long plane, long row, long rows, long index, long count) {
        long lines = lines(rows);
        long columns = columns();
        long bytes = size * lines * columns * channels;
        MemorySegment padded = Scratch.take(Slot.PLANES, bytes * count);
        long y = row * step * stride - padH;
        long from = Math.max(0, y);
        long present = Math.min(h, y + lines) - from;
        long width = Math.min(w, columns - padW);
        if (present < lines || width < columns) {
            padded.asSlice(index * bytes, bytes).fill((byte) 0);
        }
        if (present <= 0) {
            return;
        }
        MemorySegment turned = Scratch.take(Slot.TURNED, size * present * w * channels);
        long pixel = size * channels;
        kernels.transposer()
                .run(source, size * (plane + from * w), size * h * w, turned, 0, pixel, channels, present * w);
        for (long i = 0; i < present; i++) {
            long to = index * bytes + pixel * ((from - y + i) * columns + padW);
            MemorySegment.copy(turned, pixel * i * w, padded, to, pixel * width);
        }
    }

    /**
     * Transforms the tiles of image {@code index}.
     *
     * @param shiftH lines by which all tiles lie lower
     * @param shiftW columns by which they lie further right
     * @param target [ξ][{@code tiles}][ν][channel], of which tiles from {@code at} on are written
     */
    void transform(long index, int shiftH, int shiftW, long rows, MemorySegment target, long at, long tiles) {
        long columns = columns();
        MemorySegment padded = Scratch.take(Slot.PLANES, 0);
        long origin = (index * lines(rows) + shiftH) * columns + shiftW;
        long chunk = stride * channels; // side by side: the column phases of a line
        long position = stride * chunk;
        long line = across * tile * position;
        long lines = (rows - 1) * step + taps;
        MemorySegment half = Scratch.take(Slot.HALF, size * lines * line);
        RowOperands operands = RowOperands.ofThread();
        for (long y = 0; y < lines; y++) { // [y][tile][ν][phases][channel]
            for (int phase = 0; phase < stride; phase++) {
                operands.begin();
                long from = (origin + (y * stride + phase) * columns) * channels;
                operands.add(taps, padded, from, chunk, step * chunk);
                operands.add(tile, half, y * line + phase * chunk, position, tile * position);
                operands.run(loop, across, chunk);
            }
        }
        operands.begin();
        operands.add(taps, half, 0, line, step * line);
        operands.add(tile, target, at * tile * position, tiles * tile * position, line);
        operands.run(loop, rows, line);
    }
}
