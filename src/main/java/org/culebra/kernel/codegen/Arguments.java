package org.culebra.kernel.codegen;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.culebra.kernel.Reduction;
import org.culebra.kernel.Strided;
import org.culebra.kernel.parallel.Team;
import org.jspecify.annotations.Nullable;

/**
 * What a plan is applied to in one call: arrays, numbers, and the memory of partial results.
 *
 * <p>A thread has one and fills it anew for each call, since a training step makes hundreds; only a call inside a call gets one
 * of its own. Workers of the team read it, nobody but its thread writes.
 */
final class Arguments implements Team.Task {
    private static final double[] NO_SCALARS = {};
    private static final boolean[] NOT_REDUCED = {};
    private static final ThreadLocal<Arguments> OF_THREAD = ThreadLocal.withInitial(Arguments::new);

    private @Nullable Strided[] arrays = new @Nullable Strided[8];
    private int count;
    private double[] scalars = NO_SCALARS;
    private long key;
    private @Nullable Reduction reduction;
    private boolean[] reduced = NOT_REDUCED;
    private long[] offsets = new long[8];
    private MemorySegment partials = MemorySegment.NULL;
    private long partialsOffset;
    private @Nullable BlockPlan plan;
    private boolean busy;

    private Arguments() {}

    /** Empty arguments for this thread's next call; {@link #release} them. */
    static Arguments take() {
        Arguments own = OF_THREAD.get();
        Arguments free = own.busy ? new Arguments() : own;
        free.busy = true;
        return free;
    }

    /** Forgets everything: a thread must not keep what it is given alive. */
    void release() {
        Arrays.fill(arrays, 0, count, null);
        count = 0;
        scalars = NO_SCALARS;
        reduction = null;
        reduced = NOT_REDUCED;
        partials = MemorySegment.NULL;
        plan = null;
        busy = false;
    }

    /** The next operand. */
    void add(Strided array) {
        if (count == arrays.length) {
            arrays = Arrays.copyOf(arrays, 2 * count);
        }
        arrays[count++] = array;
    }

    /** The next operands. */
    void addAll(Strided[] more) {
        for (Strided array : more) {
            add(array);
        }
    }

    /** A program's run-time numbers and the key of its random ones. */
    void setNumbers(double[] numbers, long randomKey) {
        scalars = numbers;
        key = randomKey;
    }

    /** What the values are combined by, and over which axes. */
    void setReduction(Reduction kind, boolean[] axes) {
        reduction = kind;
        reduced = axes;
    }

    /** Where partial results go. */
    void setPartials(MemorySegment segment, long offset) {
        partials = segment;
        partialsOffset = offset;
    }

    Strided array(int i) {
        Strided array = arrays[i];
        if (array == null) {
            throw new IndexOutOfBoundsException(i);
        }
        return array;
    }

    int count() {
        return count;
    }

    double[] scalars() {
        return scalars;
    }

    long key() {
        return key;
    }

    @Nullable
    Reduction reduction() {
        return reduction;
    }

    boolean[] reduced() {
        return reduced;
    }

    MemorySegment partials() {
        return partials;
    }

    long partialsOffset() {
        return partialsOffset;
    }

    /** Room for where each array of a walk begins. */
    long[] offsets(int walked) {
        if (offsets.length < walked) {
            offsets = new long[2 * walked];
        }
        return offsets;
    }

    /** Shares the tasks of a plan out to the team. */
    void share(BlockPlan whole, long tasks) {
        plan = whole;
        Team.run(tasks, this);
    }

    @Override
    public void run(long task, int worker) {
        BlockPlan whole = plan;
        if (whole != null) {
            whole.task(this, task);
        }
    }
}
