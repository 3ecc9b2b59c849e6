package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;
import org.culebra.kernel.codegen.RowLoop;
import org.culebra.kernel.gemm.KernelShape.Addressing;
import org.culebra.kernel.gemm.Winograd.Face;
import org.culebra.kernel.parallel.Scratch;
import org.culebra.kernel.parallel.Scratch.Slot;
import org.culebra.kernel.parallel.Team;

/**
 * A convolution with stride 1 by {@link Winograd}'s filtering: transformed tiles [tiles, C] times transformed filters [C, O], at
 * each of 36 positions. The gradient with respect to the input is the same thing with the filters mirrored and their channels
 * exchanged.
 *
 * <p>A task takes some images, or some rows of tiles of one: what belongs to it stays in the second-level cache from one pass to
 * the next.
 */
final class WinogradProduct {
    private static final int TILE = Winograd.TILE;

    private final KernelSet kernels;
    private final Tiling tiling;
    private final long size;
    private final ConvGeometry geometry;
    private final Operand x;
    private final Operand y;
    private final WinogradTiles inputs;
    private final WinogradTiles outputs;
    private final WinogradTasks tasks;

    /** Prepares y = w ∗ x. */
    WinogradProduct(KernelSet kernels, ConvGeometry geometry, Operand x, Operand y, Epilogue epilogue) {
        this.kernels = kernels;
        this.geometry = geometry;
        this.x = x;
        this.y = y;
        tiling = new Tiling(kernels, Addressing.STEPS);
        size = kernels.dtype().byteSize();
        inputs = WinogradTiles.inputs(kernels, geometry);
        outputs = WinogradTiles.outputs(kernels, geometry, Face.OUTPUTS, epilogue);
        tasks = new WinogradTasks(geometry);
    }

    /** The geometry of the gradient with respect to the input, as a convolution of its own. */
    static ConvGeometry mirrored(ConvGeometry g) {
        return new ConvGeometry(
                g.n(),
                g.o(),
                g.outH(),
                g.outW(),
                g.c(),
                g.kh(),
                g.kw(),
                1,
                1,
                g.kh() - 1 - g.padH(),
                g.kw() - 1 - g.padW(),
                1,
                1,
                g.groups());
    }

    /**
     * Computes it.
     *
     * @param w [O, C/G, k, k], or if {@code mirrored} [C, O/G, k, k]
     */
    void run(Operand w, boolean mirrored) {
        MemorySegment filters = filters(w, mirrored);
        Team.run(tasks.count() * geometry.groups(), (task, worker) -> {
            long group = task % geometry.groups();
            compute(task / geometry.groups(), group, filters);
        });
    }

    // ---------------------------------------------------------------- filters

    /** [groups][ξ][ν][C/G][O/G], in this thread's scratch. */
    private MemorySegment filters(Operand w, boolean mirrored) {
        int k = (int) geometry.kh();
        long taps = (long) k * k;
        long pairs = geometry.groupC() * geometry.groupO();
        long bytes = size * geometry.groups() * TILE * TILE * pairs + KernelSet.SLACK;
        MemorySegment filters = Scratch.take(Slot.SHARED, bytes);
        MemorySegment half = Scratch.take(Slot.HALF, size * k * TILE * pairs);
        for (long group = 0; group < geometry.groups(); group++) {
            long at = w.offset() + group * taps * pairs;
            MemorySegment turned = mirrored
                    ? WinogradTaps.first(kernels, w.segment(), at, geometry.groupC(), geometry.groupO(), taps)
                    : outputsLast(w, at);
            RowLoop loop = kernels.winograd().loop(Face.FILTERS, k);
            RowOperands operands = RowOperands.ofThread();
            for (int a = 0; a < k; a++) { // [a][ν][C/G][O/G]
                operands.begin();
                if (mirrored) {
                    operands.add(k, turned, (taps - 1 - (long) a * k) * pairs, -pairs, 0);
                    operands.add(TILE, half, (long) a * TILE * pairs, pairs, 0);
                    operands.run(loop, 1, pairs);
                } else {
                    long o = geometry.groupO();
                    operands.add(k, turned, (long) a * k * o, o, taps * o);
                    operands.add(TILE, half, (long) a * TILE * pairs, pairs, o);
                    operands.run(loop, geometry.groupC(), o);
                }
            }
            operands.begin();
            operands.add(k, half, 0, TILE * pairs, 0);
            operands.add(TILE, filters, group * TILE * TILE * pairs, TILE * pairs, 0);
            operands.run(loop, 1, TILE * pairs);
        }
        return filters;
    }

    /** [O, C·taps] → [C·taps, O]. */
    private MemorySegment outputsLast(Operand w, long at) {
        long o = geometry.groupO();
        long rest = geometry.patch();
        MemorySegment turned = Scratch.take(Slot.TURNED, size * o * rest);
        kernels.transposer().run(w.segment(), size * at, size * rest, turned, 0, size * o, o, rest);
        return turned;
    }

    // ---------------------------------------------------------------- tasks

    private void compute(long task, long group, MemorySegment filters) {
        long tiles = tasks.tiles(task);
        long perImage = tasks.tilesPerImage(task);
        long firstImage = tasks.firstImage(task);
        MemorySegment in = Scratch.take(Slot.PATCHES, size * inputs.numbers(tiles));
        for (long image = firstImage; image < tasks.endImage(task); image++) {
            long plane = x.offset() + plane(image, group, false);
            long at = (image - firstImage) * perImage;
            inputs.transform(x.segment(), plane, tasks.firstRow(task), tasks.rows(task), in, at, tiles);
        }
        MemorySegment out = Scratch.take(Slot.RESULT, size * outputs.numbers(tiles));
        multiply(in, filters, group, out, tiles);
        for (long image = firstImage; image < tasks.endImage(task); image++) {
            long plane = y.offset() + plane(image, group, true);
            long at = (image - firstImage) * perImage;
            outputs.restore(
                    out,
                    at,
                    tiles,
                    y.segment(),
                    plane,
                    tasks.firstRow(task),
                    tasks.rows(task),
                    group * geometry.groupO());
        }
    }

    private long plane(long image, long group, boolean output) {
        return (image * geometry.groups() + group) * geometry.groupPlanes(output);
    }

    private void multiply(MemorySegment in, MemorySegment filters, long group, MemorySegment out, long tiles) {
        long c = geometry.groupC();
        long o = geometry.groupO();
        Strip strip = Strip.ofThread();
        strip.withoutTable();
        int lanes = kernels.lanes();
        long vectors = Blocking.ceilDiv(o, lanes);
        long pieces = Blocking.pieces(vectors, kernels.tileVectors(tiles));
        for (long position = 0; position < TILE * TILE; position++) {
            long at = position / TILE * tiles * TILE + position % TILE;
            strip.setLeft(in, size * at * c, size * TILE * c, size);
            strip.setTarget(out, size * at * o, size * TILE * o);
            strip.startFromZero();
            long filter = size * (group * TILE * TILE + position) * c * o;
            for (long piece = 0; piece < pieces; piece++) {
                long j = lanes * Blocking.start(vectors, pieces, piece);
                long end = Math.min(o, lanes * Blocking.start(vectors, pieces, piece + 1));
                int width = (int) Blocking.ceilDiv(end - j, lanes);
                strip.setPanel(filters, filter + size * j, size * o, width, end - j);
                tiling.compute(strip, tiles, c, size * j, false);
            }
        }
    }
}
