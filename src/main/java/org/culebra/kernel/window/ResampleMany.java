package org.culebra.kernel.window;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.culebra.kernel.Strided;
import org.culebra.kernel.Taps;
import org.culebra.kernel.codegen.RowLoop;
import org.culebra.kernel.codegen.RowOperands;
import org.culebra.kernel.codegen.Tier;
import org.culebra.kernel.codegen.Transposer;
import org.culebra.kernel.codegen.VectorWidth;
import org.culebra.kernel.expression.Program;
import org.culebra.kernel.parallel.Scratch;
import org.culebra.kernel.parallel.Scratch.Slot;
import org.culebra.kernel.parallel.Team;
import org.culebra.memory.DType;

/**
 * {@link Resample} for many planes: the same bits. A block of planes is transposed, so that lanes run along planes and every term
 * is a multiply-add of whole rows, whatever its source; terms that move on evenly from output to output take one loop.
 */
final class ResampleMany {
    /** Fewer planes do not fill the lanes. */
    private static final long LEAST_PLANES = 16;

    private static final long MOST_PLANES = 64;
    /** Of a block of planes: half of a second-level cache of a megabyte. */
    private static final long BLOCK_BYTES = 512 << 10;

    private static final ResampleMany F32 = new ResampleMany(DType.F32);
    private static final ResampleMany F64 = new ResampleMany(DType.F64);

    private final long size;
    private final RowLoop set;
    private final RowLoop add;

    private ResampleMany(DType dtype) {
        size = dtype.byteSize();
        set = loop(dtype, false);
        add = loop(dtype, true);
    }

    /** y = weight·x, or y = weight·x + sum. */
    private static RowLoop loop(DType dtype, boolean more) {
        var code = new Program.Builder(dtype);
        var x = code.input(0);
        var weight = code.scalar(0);
        var y = more ? code.fma(weight, x, code.input(1)) : code.mul(weight, x);
        return RowLoop.of(code.build(more ? 2 : 1, 1, List.of(y)), Tier.AUTO, VectorWidth.bits());
    }

    /** Whether there are planes enough. */
    static boolean serves(long planes) {
        return planes >= LEAST_PLANES;
    }

    static void run(Strided x, Taps rows, Taps columns, Strided y, long planes) {
        ResampleMany form = x.dtype() == DType.F32 ? F32 : F64;
        long inputs = (long) rows.inputs() * columns.inputs();
        long most = Math.clamp(BLOCK_BYTES / (form.size * Math.max(1, inputs)), LEAST_PLANES, MOST_PLANES);
        long blocks = planes / most + (planes % most >= LEAST_PLANES ? 1 : 0);
        long count = Math.max(1, blocks);
        Team.run(count, (task, worker) -> {
            long first = planes * task / count;
            form.block(x, rows, columns, y, first, planes * (task + 1) / count - first);
        });
    }

    private void block(Strided x, Taps rows, Taps columns, Strided y, long first, long planes) {
        long width = columns.inputs();
        long outWidth = columns.outputs();
        long inputs = rows.inputs() * width;
        long outputs = rows.outputs() * outWidth;
        Transposer transposer = Transposer.ofSize((int) size);
        MemorySegment in = Scratch.take(Slot.PLANES, size * inputs * planes);
        transposer.run(
                x.segment(), size * (x.offset() + first * inputs), size * inputs, in, 0, size * planes, planes, inputs);
        MemorySegment lines = in;
        if (!rows.isIdentity()) {
            lines = Scratch.take(Slot.HALF, size * rows.outputs() * width * planes);
            along(rows, in, 0, lines, 0, width * planes);
        }
        MemorySegment out = lines;
        if (!columns.isIdentity()) {
            out = Scratch.take(Slot.LINES, size * outputs * planes);
            for (int i = 0; i < rows.outputs(); i++) {
                along(columns, lines, i * width * planes, out, i * outWidth * planes, planes);
            }
        }
        transposer.run(
                out,
                0,
                size * planes,
                y.segment(),
                size * (y.offset() + first * outputs),
                size * outputs,
                outputs,
                planes);
    }

    /** Applies a matrix to rows of {@code width} elements. */
    private void along(Taps taps, MemorySegment x, long xAt, MemorySegment y, long yAt, long width) {
        RowOperands operands = RowOperands.ofThread();
        List<Taps.Run> runs = taps.runs();
        for (int r = 0; r < runs.size(); r++) {
            Taps.Run run = runs.get(r);
            long to = yAt + run.first() * width;
            long toStep = run.step() * width;
            if (run.begin() == run.end()) {
                for (int i = 0; i < run.count(); i++) {
                    y.asSlice(size * (to + i * toStep), size * width).fill((byte) 0);
                }
            }
            for (int t = run.begin(); t < run.end(); t++) {
                operands.begin();
                operands.add(1, x, xAt + taps.sources()[t] * width, 0, run.sourceStep() * width);
                if (t > run.begin()) {
                    operands.add(1, y, to, 0, toStep);
                }
                operands.add(1, y, to, 0, toStep);
                double weight = size == Float.BYTES ? taps.singles()[t] : taps.weights()[t];
                operands.run(t > run.begin() ? add : set, weight, run.count(), width);
            }
        }
    }
}
