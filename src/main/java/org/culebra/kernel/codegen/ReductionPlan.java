package org.culebra.kernel.codegen;

import org.culebra.kernel.codegen.Reductions.Source;
import org.culebra.memory.Buffer;
import org.jspecify.annotations.Nullable;

/** A reduction of values that are computed on the way, to partial results that are then combined. */
abstract class ReductionPlan extends BlockPlan {
    final Source source;
    final Partials partials;
    private final int resultNumber;
    private final int partNumber;

    /**
     * A plan.
     *
     * @param partsInside parts of a result along rows and columns
     */
    ReductionPlan(Source source, Partials partials, long partsInside, long blockRows, long blockColumns) {
        super(source.walk(), blockRows, blockColumns, source.evaluation().steps() + 1L);
        this.source = source;
        this.partials = partials;
        int array = source.evaluation().operands().firstOutput();
        long[] resultStrides = Partials.resultStrides(walk(), array);
        long[] partStrides = Partials.partStrides(walk(), array, partsInside);
        resultNumber = walk().append(resultStrides);
        partNumber = walk().append(partStrides);
    }

    /** Reduces the arguments but the last to the last. */
    final void reduce(Arguments arguments) {
        @Nullable Buffer buffer = partials.open(arguments);
        try {
            go(arguments);
            partials.finish(arguments, buffer);
        } finally {
            if (buffer != null) {
                buffer.release();
            }
        }
    }

    @Override
    final void begin(Arguments arguments, long[] offsets) {
        source.evaluation().operands().begin(arguments, offsets);
    }

    /** The number of the result that a block begins with. */
    final long result(Workspace workspace) {
        return workspace.starts()[resultNumber];
    }

    /** From the results of a row to those of the next. */
    final long resultsPerRow() {
        return walk().rowStride(resultNumber);
    }

    /** The number of the first part that a block belongs to, but for the parts inside rows and columns. */
    final long part(Workspace workspace) {
        return workspace.starts()[partNumber];
    }
}
