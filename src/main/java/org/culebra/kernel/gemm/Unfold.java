package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Patches of planes without the big matrix: row (channel, tap) of the patch matrix, over all pixels of a grid, is
 * {@code plane[i·stepH + shiftH[a], j·stepW + shiftW[b]]}, and 0 outside the plane.
 *
 * <p>Only horizontal shifts are copied: for each channel and each b there is one <em>shifted plane</em>, whose rows are as wide
 * as the grid. In it a vertical shift is just an offset: row (channel, a, b) begins {@code rowOffset} elements into the memory
 * and goes on over all pixels without a gap. So a kernel of 5×5 costs 5 copies of the plane, not 25. With stepH &gt; 1 the rows
 * of a shifted plane are sorted by their remainder first, which brings rows of one remainder side by side.
 */
final class Unfold {
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
    /** The least quotient of vertical shifts, and by how much the largest one exceeds it. */
    private final long top;

    private final long span;

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
    }

    /** The patches that an output pixel of {@code geometry} sees. */
    static Unfold forward(ConvGeometry geometry) {
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

    /** Taps of the kernel. */
    long taps() {
        return (long) shiftH.length * shiftW.length;
    }

    /** Elements that {@link #fill} writes for {@code channels} channels and {@code rows} rows of the grid. */
    long elements(long channels, long rows) {
        return channels * shiftW.length * shiftedPlane(rows);
    }

    private long shiftedPlane(long rows) {
        return remainders.length * (rows + span) * gridW;
    }

    private long quotient(long shift) {
        return Math.floorDiv(shift, stepH);
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

    /**
     * Rows of the grid to unfold at a time so that {@code channels} channels take about {@code most} elements, with at least as
     * many new rows as there are rows shared with the neighbours.
     */
    long rowsWithin(long channels, long most) {
        long line = Math.max(1, channels * shiftW.length * remainders.length * gridW);
        long rows = Math.max(most / line - span, span + 1);
        return gridH == 0 ? 1 : Blocking.ceilDiv(gridH, Blocking.pieces(gridH, rows));
    }

    /**
     * The offsets of rows {@code first} to {@code first + count} of the patch matrix, in the memory that {@link #fill} filled
     * for the channels from that of row {@code first} on. In elements.
     */
    long[] rowOffsets(long first, long count, long rows) {
        long firstChannel = first / Math.max(1, taps());
        long[] offsets = new long[(int) count];
        for (int i = 0; i < count; i++) {
            long row = first + i;
            long channel = row / taps() - firstChannel;
            int a = (int) (row % taps() / shiftW.length);
            long b = row % shiftW.length;
            long remainder = Math.floorMod(shiftH[a], stepH);
            long sorted = 0;
            while (remainders[(int) sorted] != remainder) {
                sorted++;
            }
            long shifted = channel * shiftW.length + b;
            long line = (shifted * remainders.length + sorted) * (rows + span) + quotient(shiftH[a]) - top;
            offsets[i] = line * gridW;
        }
        return offsets;
    }

    /**
     * Writes the shifted planes of {@code channels} channels for rows {@code r0} to {@code r0 + rows} of the grid.
     *
     * @param source the first channel's plane; the others follow it. In bytes.
     */
    void fill(
            KernelSet kernels,
            MemorySegment source,
            long sourceAt,
            long channels,
            long r0,
            long rows,
            MemorySegment target) {
        int size = kernels.dtype().byteSize();
        target.asSlice(0, size * elements(channels, rows)).fill((byte) 0);
        long count = rows + span;
        long at = 0;
        for (long channel = 0; channel < channels; channel++) {
            for (long shift : shiftW) {
                for (long remainder : remainders) {
                    fillRows(
                            kernels,
                            source,
                            sourceAt + size * channel * planeH * planeW,
                            (r0 + top) * stepH + remainder,
                            shift,
                            count,
                            target,
                            at);
                    at += size * count * gridW;
                }
            }
        }
    }

    /** Copies what lies inside the plane of rows y, y + stepH, … shifted sideways. */
    private void fillRows(
            KernelSet kernels,
            MemorySegment source,
            long plane,
            long y,
            long shift,
            long count,
            MemorySegment target,
            long targetAt) {
        int size = kernels.dtype().byteSize();
        long firstRow = Math.max(0, Blocking.ceilDiv(-y, stepH));
        long endRow = Math.min(count, Math.floorDiv(planeH - 1 - y, stepH) + 1);
        long firstColumn = Math.max(0, -Math.floorDiv(shift, stepW));
        long endColumn = Math.min(gridW, Math.floorDiv(planeW - 1 - shift, stepW) + 1);
        long rows = endRow - firstRow;
        long columns = endColumn - firstColumn;
        if (rows <= 0 || columns <= 0) {
            return;
        }
        long from = plane + size * ((y + firstRow * stepH) * planeW + firstColumn * stepW + shift);
        long to = targetAt + size * (firstRow * gridW + firstColumn);
        if (stepW == 1) {
            kernels.copyRows(source, from, size * stepH * planeW, target, to, size * gridW, rows, columns);
        } else {
            for (long row = 0; row < rows; row++) {
                ScalarKernels.gather(
                        size,
                        source,
                        from + size * row * stepH * planeW,
                        size * stepW,
                        target,
                        to + size * row * gridW,
                        size,
                        columns);
            }
        }
    }
}
