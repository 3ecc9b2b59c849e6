package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.culebra.kernel.parallel.Scratch;
import org.culebra.kernel.parallel.Scratch.Slot;

/**
 * Patches of planes without the big matrix: row (channel, a, b) of the patch matrix, over all pixels (i, j) of a grid, is
 * {@code plane[i·stepH + shiftH[a], j·stepW + shiftW[b]]}, and 0 outside the plane.
 *
 * <p>Only horizontal shifts are copied: for each b and each channel there is one <em>shifted plane</em>, whose rows are as wide
 * as the grid. In it a vertical shift is just an offset: row (channel, a, b) begins {@link #rowOffsets} elements into the memory
 * and goes on over all pixels without a gap. So a kernel of 5×5 costs 5 copies of the plane, not 25. With stepH &gt; 1, lines
 * of a plane are sorted by their remainder first, which brings those side by side that one tap sees.
 *
 * <p>Shifted planes are cut out of planes that have zeros around them. So every copy is of whole rows, and whole vectors: what
 * a row's last vector writes too much, the next row overwrites.
 */
final class Unfold {
    private static final Kept<ConvGeometry, Unfold> FORWARD = new Kept<>();

    private final long planeH;
    private final long planeW;
    private final long gridH;
    private final long gridW;
    private final long stepH;
    private final long stepW;
    private final long[] shiftH;
    private final long[] shiftW;
    /** The different remainders of vertical shifts. */
    private final long[] remainders;
    /** The least quotient of vertical shifts. */
    private final long top;
    /** By how much the largest quotient exceeds it. */
    private final long span;
    /** The least horizontal shift. */
    private final long leftmost;

    /** Columns of a plane with its zeros. */
    private final long paddedW;

    private final Kept<Rows, long[]> offsets = new Kept<>();

    /**
     * A way to unfold planes.
     *
     * @param planeH rows of a plane
     * @param planeW columns of a plane
     * @param gridH rows of pixels
     * @param gridW columns of pixels
     */
    Unfold(long planeH, long planeW, long gridH, long gridW, long stepH, long stepW, long[] shiftH, long[] shiftW) {
        this.planeH = planeH;
        this.planeW = planeW;
        this.gridH = gridH;
        this.gridW = gridW;
        this.stepH = stepH;
        this.stepW = stepW;
        this.shiftH = shiftH.clone();
        this.shiftW = shiftW.clone();
        remainders = Arrays.stream(shiftH)
                .map(shift -> Math.floorMod(shift, stepH))
                .distinct()
                .toArray();
        top = Arrays.stream(shiftH).map(this::quotient).min().orElse(0);
        span = Arrays.stream(shiftH).map(this::quotient).max().orElse(0) - top;
        leftmost = Arrays.stream(shiftW).min().orElse(0);
        long rightmost = Arrays.stream(shiftW).max().orElse(0);
        paddedW = Math.max(0, gridW - 1) * stepW + rightmost - leftmost + 1;
    }

    /** The patches that an output pixel of {@code geometry} sees. Made once and kept. */
    static Unfold forward(ConvGeometry geometry) {
        return FORWARD.get(geometry, Unfold::newForward);
    }

    private static Unfold newForward(ConvGeometry geometry) {
        return new Unfold(
                geometry.h(),
                geometry.w(),
                geometry.outH(),
                geometry.outW(),
                geometry.strideH(),
                geometry.strideW(),
                shifts(geometry.kh(), geometry.dilationH(), geometry.padH()),
                shifts(geometry.kw(), geometry.dilationW(), geometry.padW()));
    }

    private static long[] shifts(long taps, long dilation, long pad) {
        long[] shifts = new long[(int) taps];
        Arrays.setAll(shifts, tap -> tap * dilation - pad);
        return shifts;
    }

    private long quotient(long shift) {
        return Math.floorDiv(shift, stepH);
    }

    /** Taps of the kernel. */
    long taps() {
        return (long) shiftH.length * shiftW.length;
    }

    /** Elements of a plane. */
    long planeSize() {
        return planeH * planeW;
    }

    long gridH() {
        return gridH;
    }

    long gridW() {
        return gridW;
    }

    /** Whether the patch matrix is the planes themselves. */
    boolean isIdentity() {
        return taps() == 1
                && stepH == 1
                && stepW == 1
                && shiftH[0] == 0
                && shiftW[0] == 0
                && gridH == planeH
                && gridW == planeW;
    }

    /** The channels that rows {@code first} to {@code first + count} of the patch matrix belong to. */
    long channels(long first, long count) {
        long taps = Math.max(1, taps());
        return Blocking.ceilDiv(first + count, taps) - first / taps;
    }

    /** Elements of the shifted planes of {@code channels} channels for {@code rows} rows of the grid. */
    private long elements(long channels, long rows) {
        return channels * shiftW.length * remainders.length * (rows + span) * gridW;
    }

    /**
     * Rows of the grid to unfold at a time so that {@code channels} channels take about {@code most} elements, with at least as
     * many new rows as there are rows shared with the neighbours. All rows if nothing needs unfolding.
     */
    long rowsWithin(long channels, long most) {
        if (gridH == 0 || isIdentity()) {
            return Math.max(1, gridH);
        }
        long line = Math.max(1, elements(channels, 1 - span));
        long rows = Math.max(most / line - span, span + 1);
        return Blocking.ceilDiv(gridH, Blocking.pieces(gridH, rows));
    }

    /**
     * The offsets, in bytes, of rows {@code first} to {@code first + count} of the patch matrix, in what {@link #fill} makes of
     * their channels. Made once and kept: every step asks again.
     *
     * @param rows rows of the grid that are unfolded at a time
     */
    long[] rowOffsets(long first, long count, long rows, int size) {
        return offsets.get(new Rows(first, count, rows, size), this::newOffsets);
    }

    private record Rows(long first, long count, long rows, int size) {}

    private long[] newOffsets(Rows key) {
        long channels = channels(key.first, key.count);
        long firstChannel = key.first / Math.max(1, taps());
        long[] found = new long[Math.toIntExact(key.count)];
        for (int i = 0; i < found.length; i++) {
            long row = key.first + i;
            long channel = row / taps() - firstChannel;
            long shift = shiftH[(int) (row % taps() / shiftW.length)];
            long b = row % shiftW.length;
            long shifted = (b * remainders.length + sorted(shift)) * channels + channel;
            found[i] = key.size * (shifted * (key.rows + span) + quotient(shift) - top) * gridW;
        }
        return found;
    }

    private int sorted(long shift) {
        int index = 0;
        while (remainders[index] != Math.floorMod(shift, stepH)) {
            index++;
        }
        return index;
    }

    /**
     * Writes the shifted planes of {@code channels} channels for rows {@code r0} to {@code r0 + rows} of the grid into this
     * thread's scratch.
     *
     * @param sourceAt where the first channel's plane begins, in bytes; the others follow it
     */
    MemorySegment fill(KernelSet kernels, MemorySegment source, long sourceAt, long channels, long r0, long rows) {
        int size = kernels.dtype().byteSize();
        long lines = (rows + span) * stepH;
        MemorySegment planes = pad(kernels, source, sourceAt, channels, (r0 + top) * stepH, lines);
        MemorySegment target = Scratch.take(Slot.PATCHES, size * elements(channels, rows) + KernelSet.SLACK);
        long count = channels * (rows + span);
        long at = 0;
        for (long shift : shiftW) {
            for (long remainder : remainders) {
                long from = size * (remainder * paddedW + shift - leftmost);
                cut(kernels, planes, from, size * stepH * paddedW, target, at, count);
                at += size * count * gridW;
            }
        }
        return target;
    }

    /** Lines {@code y} to {@code y + lines} of each plane, with zeros for what lies outside. */
    private MemorySegment pad(
            KernelSet kernels, MemorySegment source, long sourceAt, long channels, long y, long lines) {
        int size = kernels.dtype().byteSize();
        long bytes = size * channels * lines * paddedW;
        MemorySegment planes = Scratch.take(Slot.PLANES, bytes + KernelSet.SLACK);
        planes.asSlice(0, bytes).fill((byte) 0);
        long firstRow = Math.max(0, y);
        long rows = Math.min(planeH, y + lines) - firstRow;
        long firstColumn = Math.max(0, leftmost);
        long columns = Math.min(planeW, leftmost + paddedW) - firstColumn;
        if (rows <= 0 || columns <= 0) {
            return planes;
        }
        for (long channel = 0; channel < channels; channel++) {
            long from = (channel * planeH + firstRow) * planeW + firstColumn;
            long to = (channel * lines + firstRow - y) * paddedW + firstColumn - leftmost;
            kernels.copyRows(
                    source, sourceAt + size * from, size * planeW, planes, size * to, size * paddedW, rows, columns);
        }
        return planes;
    }

    private void cut(
            KernelSet kernels, MemorySegment planes, long from, long step, MemorySegment target, long to, long count) {
        int size = kernels.dtype().byteSize();
        if (stepW <= 2) {
            kernels.spillRows((int) stepW, planes, from, step, target, to, size * gridW, count, gridW);
            return;
        }
        for (long line = 0; line < count; line++) {
            ScalarKernels.gather(
                    size, planes, from + line * step, size * stepW, target, to + line * size * gridW, size, gridW);
        }
    }
}
