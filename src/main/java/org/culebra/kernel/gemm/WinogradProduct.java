package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.culebra.kernel.codegen.RowLoop;
import org.culebra.kernel.codegen.RowOperands;
import org.culebra.kernel.gemm.KernelShape.Addressing;
import org.culebra.kernel.gemm.WinogradForm.Face;
import org.culebra.kernel.parallel.Scratch;
import org.culebra.kernel.parallel.Scratch.Slot;
import org.culebra.kernel.parallel.Team;

/**
 * A convolution by minimal filtering ({@link WinogradForm}), or its gradient with respect to the input: transformed tiles [tiles, K]
 * times transformed filters [K, J], at each of n² positions.
 *
 * <p>A convolution has K = phases · C and J = O. The gradient has, for each phase of the input, tiles of its own with K = O and
 * J = C: the filters are mirrored, and a phase sees the taps that reach it.
 *
 * <p>A task takes some images, or some rows of tiles of one: what belongs to it stays in the second-level cache from one pass to
 * the next.
 */
final class WinogradProduct {
    /**
     * Results that fill every s-th row and column.
     *
     * @param h which rows
     * @param shiftH by how many lines its tiles lie lower than those of phase 0
     * @param tapH the first tap that reaches it
     */
    private record Phase(int h, int w, int shiftH, int shiftW, int tapH, int tapW) {}

    private final KernelSet kernels;
    private final Tiling tiling;
    private final long size;
    private final WinogradForm form;
    private final ConvGeometry geometry;
    private final boolean gradient;
    private final long inputs;
    private final long outputs;
    private final List<Phase> phases;
    private final WinogradTiles tiles;
    private final WinogradPlanes planes;
    private final WinogradTasks tasks;

    private WinogradProduct(KernelSet kernels, WinogradForm form, ConvGeometry g, Epilogue epilogue, boolean gradient) {
        this.kernels = kernels;
        this.form = form;
        this.geometry = g;
        this.gradient = gradient;
        tiling = new Tiling(kernels, Addressing.STEPS);
        size = kernels.dtype().byteSize();
        int s = form.stride();
        if (gradient) {
            inputs = g.groupO();
            outputs = g.groupC();
            phases = phases(form, g);
            Phase last = phases.getLast();
            long across = form.tiles(Blocking.ceilDiv(g.w(), s));
            tiles = new WinogradTiles(
                    kernels,
                    Face.TILES,
                    form,
                    1,
                    inputs,
                    g.outH(),
                    g.outW(),
                    form.taps() - 1 - g.padH() / s,
                    form.taps() - 1 - g.padW() / s,
                    across,
                    Math.max(last.shiftH, last.shiftW));
            planes = new WinogradPlanes(kernels, form, s, outputs, g.h(), g.w(), across, epilogue);
            tasks = new WinogradTasks(g.n(), form.tiles(Blocking.ceilDiv(g.h(), s)), across);
        } else {
            inputs = form.phases() * g.groupC();
            outputs = g.groupO();
            phases = List.of(new Phase(0, 0, 0, 0, 0, 0));
            tiles = WinogradTiles.inputs(kernels, form, g);
            long across = form.tiles(g.outW());
            planes = new WinogradPlanes(kernels, form, 1, outputs, g.outH(), g.outW(), across, epilogue);
            tasks = new WinogradTasks(g.n(), form.tiles(g.outH()), across);
        }
    }

    /** Computes y = w ∗ x. */
    static void forward(
            KernelSet kernels,
            WinogradForm form,
            ConvGeometry geometry,
            Operand x,
            Operand w,
            Operand y,
            Epilogue epilogue) {
        new WinogradProduct(kernels, form, geometry, epilogue, false).run(x, w, y);
    }

    /** Computes the gradient with respect to x. */
    static void inputGradient(
            KernelSet kernels,
            WinogradForm form,
            ConvGeometry geometry,
            Operand y,
            Operand w,
            Operand x,
            Epilogue epilogue) {
        new WinogradProduct(kernels, form, geometry, epilogue, true).run(y, w, x);
    }

    /** Row s·i + h of x gets w[a]·y[i + (h + pad − a) / s] from the taps a for which that is a whole number. */
    private static List<Phase> phases(WinogradForm form, ConvGeometry g) {
        int s = form.stride();
        List<Phase> phases = new ArrayList<>();
        for (int h = 0; h < s; h++) {
            for (int w = 0; w < s; w++) {
                phases.add(new Phase(
                        h,
                        w,
                        (int) ((h + g.padH()) / s - g.padH() / s),
                        (int) ((w + g.padW()) / s - g.padW() / s),
                        (int) ((h + g.padH()) % s),
                        (int) ((w + g.padW()) % s)));
            }
        }
        return phases;
    }

    private void run(Operand source, Operand w, Operand target) {
        MemorySegment filters = filters(w);
        Team.run(tasks.count() * geometry.groups(), (task, worker) -> {
            long group = task % geometry.groups();
            compute(task / geometry.groups(), group, source, filters, target);
        });
    }

    // ---------------------------------------------------------------- filters

    /** [groups][phases][ξ][ν][K][J], in this thread's scratch. */
    private MemorySegment filters(Operand w) {
        long each = form.positions() * inputs * outputs;
        long taps = (long) form.kernel() * form.kernel();
        MemorySegment filters =
                Scratch.take(Slot.SHARED, size * geometry.groups() * phases.size() * each + KernelSet.SLACK);
        for (long group = 0; group < geometry.groups(); group++) {
            long at = w.offset() + group * geometry.groupO() * geometry.patch();
            long to = group * phases.size() * each;
            if (gradient) { // from [taps][O/G][C/G]
                MemorySegment turned = WinogradTaps.first(kernels, w.segment(), at, inputs, outputs, taps);
                for (int i = 0; i < phases.size(); i++) {
                    alongHeight(mirrored(turned, phases.get(i)), filters, to + i * each);
                }
            } else {
                alongHeight(straight(outputsLast(w, at)), filters, to);
            }
        }
        return filters;
    }

    private void alongHeight(MemorySegment half, MemorySegment filters, long to) {
        long row = form.tile() * inputs * outputs;
        RowOperands operands = RowOperands.ofThread();
        operands.begin();
        operands.add(form.taps(), half, 0, row, 0);
        operands.add(form.tile(), filters, to, row, 0);
        operands.run(kernels.winograd().loop(Face.FILTERS, form), 1, row);
    }

    /** [O, C·taps] → [C·taps, O]. */
    private MemorySegment outputsLast(Operand w, long at) {
        long rest = geometry.patch();
        MemorySegment turned = Scratch.take(Slot.TURNED, size * outputs * rest);
        kernels.transposer().run(w.segment(), size * at, size * rest, turned, 0, size * outputs, outputs, rest);
        return turned;
    }

    /** [C/G, taps, O/G] → [r][ν][phases, C/G][O/G]: filters transformed along their width. */
    private MemorySegment straight(MemorySegment turned) {
        int s = form.stride();
        long pairs = inputs * outputs;
        long c = geometry.groupC();
        RowLoop loop = kernels.winograd().loop(Face.FILTERS, form);
        MemorySegment half = Scratch.take(Slot.HALF, size * form.taps() * form.tile() * pairs);
        RowOperands operands = RowOperands.ofThread();
        for (int a = 0; a < form.kernel(); a++) {
            for (int phase = 0; phase < s; phase++) {
                long from = ((long) a * form.kernel() + phase) * outputs;
                long to = (long) a / s * form.tile() * pairs + (long) (a % s * s + phase) * c * outputs;
                operands.begin();
                operands.add(form.taps(), turned, from, s * outputs, (long) form.kernel() * form.kernel() * outputs);
                operands.add(form.tile(), half, to, pairs, outputs);
                operands.run(loop, c, outputs);
            }
        }
        return half;
    }

    /** [taps][O/G][C/G] → [r][ν][O/G][C/G]: the mirrored filters of one phase, transformed along their width. */
    private MemorySegment mirrored(MemorySegment turned, Phase phase) {
        int s = form.stride();
        long pairs = inputs * outputs;
        RowLoop loop = kernels.winograd().loop(Face.FILTERS, form);
        MemorySegment half = Scratch.take(Slot.HALF, size * form.taps() * form.tile() * pairs);
        RowOperands operands = RowOperands.ofThread();
        int last = form.taps() - 1;
        for (int a = 0; a < form.taps(); a++) {
            long tap = (long) (phase.tapH + s * (last - a)) * form.kernel() + phase.tapW + (long) s * last;
            operands.begin();
            operands.add(form.taps(), turned, tap * pairs, -s * pairs, 0);
            operands.add(form.tile(), half, (long) a * form.tile() * pairs, pairs, 0);
            operands.run(loop, 1, pairs);
        }
        return half;
    }

    // ---------------------------------------------------------------- tasks

    /** With several phases, images are kept from one phase to the next. */
    private void compute(long task, long group, Operand source, MemorySegment filters, Operand target) {
        long first = tasks.firstImage(task);
        long end = tasks.endImage(task);
        long row = tasks.firstRow(task);
        long rows = tasks.rows(task);
        long perImage = tasks.tilesPerImage(task);
        long all = tasks.tiles(task);
        long kept = phases.size() > 1 ? end - first : 1;
        MemorySegment in = Scratch.take(Slot.PATCHES, size * tiles.numbers(all));
        MemorySegment out = Scratch.take(Slot.RESULT, size * planes.numbers(all));
        for (int i = 0; i < phases.size(); i++) {
            Phase phase = phases.get(i);
            for (long image = first; image < end; image++) {
                long index = (image - first) % kept;
                if (i == 0) {
                    long plane = source.offset() + plane(image, group, gradient);
                    tiles.pad(source.segment(), plane, row, rows, index, kept);
                }
                tiles.transform(index, phase.shiftH, phase.shiftW, rows, in, (image - first) * perImage, all);
            }
            multiply(in, filters, (group * phases.size() + i) * form.positions(), out, all);
            for (long image = first; image < end; image++) {
                long index = (image - first) % kept;
                long at = (image - first) * perImage;
                planes.take(out, at, all, phase.h, phase.w, row, rows, group * outputs, index, kept);
                if (i == phases.size() - 1) {
                    long plane = target.offset() + plane(image, group, !gradient);
                    planes.write(target.segment(), plane, row, rows, index, kept);
                }
            }
        }
    }

    private long plane(long image, long group, boolean output) {
        return (image * geometry.groups() + group) * geometry.groupPlanes(output);
    }

    private void multiply(MemorySegment in, MemorySegment filters, long filter, MemorySegment out, long all) {
        int tile = form.tile();
        Strip strip = Strip.ofThread();
        strip.withoutTable();
        int lanes = kernels.lanes();
        long vectors = Blocking.ceilDiv(outputs, lanes);
        long pieces = Blocking.pieces(vectors, kernels.tileVectors(all));
        for (long position = 0; position < form.positions(); position++) {
            long at = position / tile * all * tile + position % tile;
            strip.setLeft(in, size * at * inputs, size * tile * inputs, size);
            strip.setTarget(out, size * at * outputs, size * tile * outputs);
            strip.startFromZero();
            long from = size * (filter + position) * inputs * outputs;
            for (long piece = 0; piece < pieces; piece++) {
                long j = lanes * Blocking.start(vectors, pieces, piece);
                long end = Math.min(outputs, lanes * Blocking.start(vectors, pieces, piece + 1));
                int width = (int) Blocking.ceilDiv(end - j, lanes);
                strip.setPanel(filters, from + size * j, size * outputs, width, end - j);
                tiling.compute(strip, all, inputs, size * j, false);
            }
        }
    }
}
