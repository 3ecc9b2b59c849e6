package org.culebra.kernel.codegen;

import java.lang.foreign.MemorySegment;
import org.culebra.kernel.Strided;
import org.culebra.kernel.expression.Program;
import org.culebra.memory.DType;

/**
 * A program applied to all elements: {@code outputs = program(inputs)}.
 *
 * <p>An operand that the loop cannot use as it lies (strided along the columns, or of another dtype) is <em>staged</em>: an input's
 * block is copied to scratch before the loop runs, an output's after it.
 */
final class MapRun extends BlockRun {
    /** Elements per block where nothing is staged; bounds the time that a loop which is not compiled yet may take. */
    private static final long BLOCK = 1 << 15;

    private final Program program;
    private final Tiered<MapLoop> loop;
    private final double[] scalars;
    private final long key;
    private final Operands operands;

    private MapRun(Program program, Tiered<MapLoop> loop, double[] scalars, long key, Operands operands, Shape shape) {
        super(operands.walk, shape.rows, shape.columns, program.instructions().size());
        this.program = program;
        this.loop = loop;
        this.scalars = scalars;
        this.key = key;
        this.operands = operands;
    }

    private record Shape(long rows, long columns) {}

    /** Runs {@code program}; the outputs have the same dimensions, to which the inputs are expanded. */
    static void run(LoopCache loops, Program program, double[] scalars, long key, Strided[] inputs, Strided[] outputs) {
        if (outputs[0].count() == 0) {
            return;
        }
        Operands operands = new Operands(program, inputs, outputs);
        Tiered<MapLoop> loop = loops.map(program, operands.constantAlongRow());
        new MapRun(program, loop, scalars, key, operands, operands.blockShape()).go();
    }

    @Override
    void block(Workspace workspace, long rows, long columns) {
        operands.stageInputs(workspace, key, rows, columns);
        MapLoop now = loop.loop(rows * columns * program.instructions().size());
        if (rows > 1 && operands.isOneRun(workspace, columns)) {
            now.run(workspace.segments(), workspace.offsets(), workspace.rowStrides(), scalars, 1, rows * columns);
        } else {
            now.run(workspace.segments(), workspace.offsets(), workspace.rowStrides(), scalars, rows, columns);
        }
        operands.unstageOutputs(workspace, rows, columns);
    }

    /** The operands of a program, walked together: inputs, streams, outputs. */
    private static final class Operands {
        private final DType dtype;
        private final int inputs;
        private final int firstOutput;
        private final MemorySegment[] segments;
        private final DType[] types;
        private final boolean[] staged;
        private final Walk walk;
        private final boolean anyStaged;
        private final boolean transposed;

        Operands(Program program, Strided[] inputArrays, Strided[] outputArrays) {
            dtype = program.dtype();
            inputs = program.inputs();
            firstOutput = inputs + program.uniforms();
            int count = firstOutput + outputArrays.length;
            segments = new MemorySegment[count];
            types = new DType[count];
            staged = new boolean[count];
            long[][] strides = new long[count][];
            long[] offsets = new long[count];
            long[] dims = outputArrays[0].dims();
            for (int i = 0; i < count; i++) {
                boolean isStream = i >= inputs && i < firstOutput;
                Strided array = i < inputs ? inputArrays[i] : outputArrays[isStream ? 0 : i - firstOutput];
                segments[i] = array.segment();
                types[i] = isStream ? dtype : array.dtype();
                // A stream's "address" is the element's row-major position.
                strides[i] = isStream ? Strided.contiguousStrides(dims) : array.strides();
                offsets[i] = isStream ? 0 : array.offset();
            }
            walk = new Walk(dims, strides, offsets, firstOutput);
            transposed = chooseRows();
            anyStaged = markStaged();
        }

        private boolean chooseRows() {
            for (int i = 0; i < segments.length; i++) {
                if (Math.abs(walk.columnStride(i)) > 1 && Copies.makeTransposedRows(walk, i)) {
                    return true;
                }
            }
            walk.makeLongestRows();
            return false;
        }

        private boolean markStaged() {
            boolean any = false;
            for (int i = 0; i < segments.length; i++) {
                long stride = walk.columnStride(i);
                boolean usable = i < inputs ? stride == 0 || stride == 1 : stride == 1 || walk.columns() == 1;
                staged[i] = !usable || types[i] != dtype || isStream(i);
                any |= staged[i];
            }
            return any;
        }

        private boolean isStream(int i) {
            return i >= inputs && i < firstOutput;
        }

        long constantAlongRow() {
            long bits = 0;
            for (int i = 0; i < inputs; i++) {
                if (walk.columnStride(i) == 0) {
                    bits |= 1L << i;
                }
            }
            return bits;
        }

        Shape blockShape() {
            if (transposed) {
                return new Shape(Copies.TILE, Copies.TILE);
            }
            long block = anyStaged ? Workspace.BLOCK : BLOCK;
            return new Shape(Math.max(1, block / walk.columns()), block);
        }

        void stageInputs(Workspace workspace, long key, long rows, long columns) {
            long[] starts = workspace.starts();
            for (int i = 0; i < segments.length; i++) {
                if (!staged[i]) {
                    workspace.set(i, segments[i], starts[i], walk.rowStride(i));
                } else if (i >= firstOutput) {
                    workspace.set(i, workspace.scratch(i), 0, columns);
                } else {
                    stage(workspace, i, key, rows, columns);
                }
            }
        }

        private void stage(Workspace workspace, int i, long key, long rows, long columns) {
            // What does not change from row to row, or along the row, is copied once.
            long rowStride = walk.rowStride(i);
            long height = rowStride == 0 ? 1 : rows;
            long width = walk.columnStride(i) == 0 ? 1 : columns;
            MemorySegment scratch = workspace.scratch(i);
            workspace.set(i, scratch, 0, rowStride == 0 ? 0 : width);
            long start = workspace.starts()[i];
            if (isStream(i)) {
                Uniforms.fill(key, i - inputs, start, rowStride, walk.columnStride(i), scratch, dtype, height, width);
            } else {
                Copies.copyBlock(
                        segments[i],
                        types[i],
                        start,
                        rowStride,
                        walk.columnStride(i),
                        scratch,
                        dtype,
                        0,
                        width,
                        1,
                        height,
                        width);
            }
        }

        void unstageOutputs(Workspace workspace, long rows, long columns) {
            for (int i = firstOutput; i < segments.length; i++) {
                if (staged[i]) {
                    Copies.copyBlock(
                            workspace.scratch(i),
                            dtype,
                            0,
                            columns,
                            1,
                            segments[i],
                            types[i],
                            workspace.starts()[i],
                            walk.rowStride(i),
                            walk.columnStride(i),
                            rows,
                            columns);
                }
            }
        }

        /** True if the rows of every operand follow one another without gap, so that the block is one long row. */
        boolean isOneRun(Workspace workspace, long columns) {
            for (int i = 0; i < segments.length; i++) {
                boolean constant = i < inputs && walk.columnStride(i) == 0;
                if (workspace.rowStrides()[i] != (constant ? 0 : columns)) {
                    return false;
                }
            }
            return true;
        }
    }
}
