package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;
import org.culebra.kernel.codegen.RowLoop;
import org.culebra.kernel.codegen.RowOperands;
import org.culebra.kernel.gemm.KernelShape.Addressing;
import org.culebra.kernel.gemm.WinogradForm.Face;
import org.culebra.kernel.parallel.Scratch;
import org.culebra.kernel.parallel.Scratch.Slot;
import org.culebra.kernel.parallel.Team;

/**
 * The gradient of a convolution's weights by minimal filtering ({@link WinogradForm}): at each of n² positions, the sum over all
 * tiles of transformed y [O, tiles] times transformed x [tiles, phases · C].
 *
 * <p>Tasks are those of {@link WinogradProduct}, in <em>shares</em> of neighbours cut by shape alone; each share sums its tasks in
 * order, and the shares are added in order.
 */
final class WinogradGradient {
    private static final long MAX_SHARES = 16;
    /** All shares together. */
    private static final long SHARES_BYTES = 16 << 20;

    private final Gemm gemm;
    private final KernelSet kernels;
    private final Tiling tiling;
    private final long size;
    private final WinogradForm form;
    private final ConvGeometry geometry;
    private final Operand x;
    private final Operand y;
    private final WinogradTiles inputs;
    private final WinogradTiles outputs;
    private final WinogradTasks tasks;
    /** Of tiles of x, phases included. */
    private final long channels;

    private final long pairs;
    private final long shares;

    WinogradGradient(Gemm gemm, KernelSet kernels, WinogradForm form, ConvGeometry geometry, Operand x, Operand y) {
        this.gemm = gemm;
        this.kernels = kernels;
        this.form = form;
        this.geometry = geometry;
        this.x = x;
        this.y = y;
        tiling = new Tiling(kernels, Addressing.STEPS);
        size = kernels.dtype().byteSize();
        channels = form.phases() * geometry.groupC();
        inputs = WinogradTiles.inputs(kernels, form, geometry);
        long across = form.tiles(geometry.outW());
        outputs = new WinogradTiles(
                kernels,
                Face.GRADIENT_TILES,
                form,
                1,
                geometry.groupO(),
                geometry.outH(),
                geometry.outW(),
                0,
                0,
                across,
                0);
        tasks = new WinogradTasks(geometry.n(), form.tiles(geometry.outH()), across);
        pairs = channels * geometry.groupO();
        long affordable = Math.max(1, SHARES_BYTES / (size * numbers()));
        shares = Math.clamp(tasks.count(), 1, Math.min(MAX_SHARES, affordable));
    }

    /** Transformed filters of all groups: [groups][ξ][ν][O/G][phases, C/G]. */
    private long numbers() {
        return geometry.groups() * form.positions() * pairs;
    }

    void run(Operand w) {
        MemorySegment sums = Scratch.take(Slot.SHARED, size * (shares + 1) * numbers() + KernelSet.SLACK);
        Team.run(shares * geometry.groups(), (task, worker) -> {
            long share = task / geometry.groups();
            long group = task % geometry.groups();
            long end = Blocking.start(tasks.count(), shares, share + 1);
            long begin = Blocking.start(tasks.count(), shares, share);
            for (long part = begin; part < end; part++) {
                add(part, group, sums, share * numbers() + group * form.positions() * pairs, part > begin);
            }
        });
        long total = Shares.add(gemm, kernels.dtype(), sums, shares, numbers());
        for (long group = 0; group < geometry.groups(); group++) {
            finish(
                    sums,
                    total + group * form.positions() * pairs,
                    w,
                    w.offset() + group * geometry.groupO() * geometry.patch());
        }
    }

    /** Adds the products of one task's tiles. */
    private void add(long task, long group, MemorySegment sums, long to, boolean resume) {
        long tiles = tasks.tiles(task);
        long perImage = tasks.tilesPerImage(task);
        long firstImage = tasks.firstImage(task);
        MemorySegment xs = Scratch.take(Slot.PATCHES, size * inputs.numbers(tiles) + KernelSet.SLACK);
        MemorySegment ys = Scratch.take(Slot.RESULT, size * outputs.numbers(tiles));
        for (long image = firstImage; image < tasks.endImage(task); image++) {
            long element = image * geometry.groups() + group;
            long at = (image - firstImage) * perImage;
            long row = tasks.firstRow(task);
            long rows = tasks.rows(task);
            inputs.pad(x.segment(), x.offset() + element * geometry.groupPlanes(false), row, rows, 0, 1);
            inputs.transform(0, 0, 0, rows, xs, at, tiles);
            outputs.pad(y.segment(), y.offset() + element * geometry.groupPlanes(true), row, rows, 0, 1);
            outputs.transform(0, 0, 0, rows, ys, at, tiles);
        }
        long c = channels;
        int tile = form.tile();
        long o = geometry.groupO();
        Strip strip = Strip.ofThread();
        strip.withoutTable();
        int lanes = kernels.lanes();
        long vectors = Blocking.ceilDiv(c, lanes);
        long pieces = Blocking.pieces(vectors, kernels.tileVectors(o));
        for (long position = 0; position < form.positions(); position++) {
            long at = position / tile * tiles * tile + position % tile;
            strip.setLeft(ys, size * at * o, size, size * tile * o);
            strip.setTarget(sums, size * (to + position * pairs), size * c);
            if (resume) {
                strip.resume();
            } else {
                strip.startFromZero();
            }
            for (long piece = 0; piece < pieces; piece++) {
                long j = lanes * Blocking.start(vectors, pieces, piece);
                long end = Math.min(c, lanes * Blocking.start(vectors, pieces, piece + 1));
                int width = (int) Blocking.ceilDiv(end - j, lanes);
                strip.setPanel(xs, size * (at * c + j), size * tile * c, width, end - j);
                tiling.compute(strip, o, tiles, size * j, false);
            }
        }
    }

    /** The taps of the sums, in the order of w. */
    private void finish(MemorySegment sums, long from, Operand w, long to) {
        int s = form.stride();
        long row = form.tile() * pairs;
        long c = geometry.groupC();
        long o = geometry.groupO();
        RowLoop loop = kernels.winograd().loop(Face.GRADIENT_TAPS, form);
        MemorySegment half = Scratch.take(Slot.HALF, size * form.taps() * row);
        MemorySegment taps = Scratch.take(Slot.TURNED, size * o * geometry.patch());
        RowOperands operands = RowOperands.ofThread();
        operands.begin();
        operands.add(form.tile(), sums, from, row, 0);
        operands.add(form.taps(), half, 0, row, 0);
        operands.run(loop, 1, row);
        for (int a = 0; a < form.kernel(); a++) { // [r][ν][O/G][phases, C/G] → [taps][O/G][C/G]
            for (int phase = 0; phase < s; phase++) {
                long at = a / s * row + (long) (a % s * s + phase) * c;
                operands.begin();
                operands.add(form.tile(), half, at, pairs, channels);
                operands.add(form.taps(), taps, ((long) a * form.kernel() + phase) * o * c, s * o * c, c);
                operands.run(loop, o, c);
            }
        }
        WinogradTaps.last(kernels, taps, 0, w.segment(), to, o, c, (long) form.kernel() * form.kernel());
    }
}
