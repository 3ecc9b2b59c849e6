package org.culebra.kernel.codegen;

import java.lang.foreign.MemorySegment;
import org.culebra.kernel.Strided;
import org.culebra.kernel.expression.Program;
import org.culebra.memory.DType;

/**
 * How the operands of a program are walked together: inputs, streams of random numbers, outputs. What memory they are in is told
 * by the {@link Arguments} of a call.
 *
 * <p>An operand that the loop cannot use as it lies (strided along the columns, or of another dtype) is
 * <em>staged</em>: an input's
 * block is copied to scratch before the loop runs, an output's after it.
 */
final class Operands {
    private final DType dtype;
    private final int inputs;
    private final int firstOutput;
    private final DType[] types;
    private final boolean[] staged;
    private final Walk walk;

    /**
     * Operands of the same dimensions.
     *
     * @param leader the operand whose memory order decides the order of loops
     */
    Operands(Program program, Strided[] inputArrays, Strided[] outputArrays, int leader) {
        dtype = program.dtype();
        inputs = program.inputs();
        firstOutput = inputs + program.uniforms();
        int count = firstOutput + outputArrays.length;
        types = new DType[count];
        staged = new boolean[count];
        long[][] strides = new long[count][];
        long[] dims = outputArrays[0].dims();
        for (int i = 0; i < count; i++) {
            // A stream's "address" is the element's row-major number.
            boolean isStream = isStream(i);
            Strided array = i < inputs ? inputArrays[i] : outputArrays[isStream ? 0 : i - firstOutput];
            types[i] = isStream ? dtype : array.dtype();
            strides[i] = isStream ? Strided.contiguousStrides(dims) : array.strides();
        }
        walk = new Walk(dims, strides, leader);
    }

    Walk walk() {
        return walk;
    }

    /** Writes where each operand begins, which the walk's first arrays are; those appended to it begin at 0. */
    void begin(Arguments arguments, long[] offsets) {
        for (int i = 0; i < walk.arrays(); i++) {
            offsets[i] = walk.shift(i)
                    + (i >= types.length || isStream(i)
                            ? 0
                            : array(arguments, i).offset());
        }
    }

    private Strided array(Arguments arguments, int i) {
        return arguments.array(i < inputs ? i : i - firstOutput + inputs);
    }

    private MemorySegment segment(Arguments arguments, int i) {
        return array(arguments, i).segment();
    }

    /** Place of the first output among the operands. */
    int firstOutput() {
        return firstOutput;
    }

    private boolean isStream(int i) {
        return i >= inputs && i < firstOutput;
    }

    /** Decides which operands are staged, once the rows of the walk are chosen; true if any is. */
    boolean markStaged() {
        boolean any = false;
        for (int i = 0; i < types.length; i++) {
            long stride = walk.columnStride(i);
            boolean usable = i < inputs ? stride == 0 || stride == 1 : stride == 1 || walk.columns() == 1;
            staged[i] = !usable || types[i] != dtype || isStream(i);
            any |= staged[i];
        }
        return any;
    }

    /** Has the outputs' blocks left in scratch: nothing is written to the outputs themselves. */
    void keepOutputsInScratch() {
        for (int i = firstOutput; i < staged.length; i++) {
            staged[i] = true;
        }
    }

    /** Bit i is set if input i is the same in all columns of a row. */
    long constantAlongRow() {
        long bits = 0;
        for (int i = 0; i < inputs; i++) {
            if (walk.columnStride(i) == 0) {
                bits |= 1L << i;
            }
        }
        return bits;
    }

    /** Prepares the operands of the loop for rows from {@code firstRow} of the block that {@code workspace} is at. */
    void stage(Arguments arguments, Workspace workspace, long firstRow, long rows, long columns) {
        long[] starts = workspace.starts();
        for (int i = 0; i < types.length; i++) {
            long start = starts[i] + firstRow * walk.rowStride(i);
            if (!staged[i]) {
                workspace.set(i, segment(arguments, i), start, walk.rowStride(i));
            } else if (i >= firstOutput) {
                workspace.set(i, workspace.scratch(i), 0, columns);
            } else {
                stageInput(arguments, workspace, i, start, rows, columns);
            }
        }
    }

    private void stageInput(Arguments arguments, Workspace workspace, int i, long start, long rows, long columns) {
        // What does not change from row to row, or along the row, is copied once.
        long rowStride = walk.rowStride(i);
        long columnStride = walk.columnStride(i);
        long height = rowStride == 0 ? 1 : rows;
        long width = columnStride == 0 ? 1 : columns;
        MemorySegment scratch = workspace.scratch(i);
        workspace.set(i, scratch, 0, rowStride == 0 ? 0 : width);
        if (isStream(i)) {
            Uniforms.fill(arguments.key(), i - inputs, start, rowStride, columnStride, scratch, dtype, height, width);
        } else {
            Copies.copyBlock(
                    segment(arguments, i),
                    types[i],
                    start,
                    rowStride,
                    columnStride,
                    scratch,
                    dtype,
                    0,
                    width,
                    1,
                    height,
                    width);
        }
    }

    /** Copies the staged outputs of the block to where they belong. */
    void unstage(Arguments arguments, Workspace workspace, long rows, long columns) {
        for (int i = firstOutput; i < types.length; i++) {
            if (staged[i]) {
                Copies.copyBlock(
                        workspace.scratch(i),
                        dtype,
                        0,
                        columns,
                        1,
                        segment(arguments, i),
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
        for (int i = 0; i < types.length; i++) {
            boolean constant = i < inputs && walk.columnStride(i) == 0;
            if (workspace.rowStrides()[i] != (constant ? 0 : columns)) {
                return false;
            }
        }
        return true;
    }
}
