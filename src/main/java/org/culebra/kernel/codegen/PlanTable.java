package org.culebra.kernel.codegen;

import java.util.Arrays;
import org.culebra.kernel.Reduction;
import org.culebra.kernel.Strided;
import org.culebra.memory.DType;
import org.jspecify.annotations.Nullable;

/**
 * Plans made so far, found by how the operands lie: dimensions, strides, dtypes and reduced axes, whatever memory they are in.
 *
 * <p>To plan anew for each call was a third of the garbage of a training step. Looking a plan up makes none. Where too many plans
 * have the same place, a newer one drives an older one out. Written without locks: entries are immutable.
 */
final class PlanTable<P extends BlockPlan> {
    private static final int SIZE = 64;
    /** Neighbours of its place where a plan may be. */
    private static final int PROBES = 8;

    private final @Nullable Entry<P>[] entries = newEntries();

    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays know no type arguments
    private static <P extends BlockPlan> @Nullable Entry<P>[] newEntries() {
        return new @Nullable Entry[SIZE];
    }

    /** How operands lie. The arrays belong to {@link Strided}s, which nobody changes. */
    private static final class Entry<P> {
        private final long[] dims;
        private final long[][] strides;
        private final DType[] types;
        private final @Nullable Reduction reduction;
        private final boolean[] reduced;
        private final P plan;

        Entry(Arguments arguments, P plan) {
            this.plan = plan;
            dims = arguments.array(0).dims();
            strides = new long[arguments.count()][];
            types = new DType[strides.length];
            for (int i = 0; i < strides.length; i++) {
                strides[i] = arguments.array(i).strides();
                types[i] = arguments.array(i).dtype();
            }
            reduction = arguments.reduction();
            reduced = arguments.reduced().clone();
        }

        boolean fits(Arguments arguments) {
            if (arguments.count() != strides.length
                    || arguments.reduction() != reduction
                    || !Arrays.equals(dims, arguments.array(0).dims())
                    || !Arrays.equals(reduced, arguments.reduced())) {
                return false;
            }
            for (int i = 0; i < strides.length; i++) {
                Strided array = arguments.array(i);
                if (types[i] != array.dtype() || !Arrays.equals(strides[i], array.strides())) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The plan for operands that lie like these; null if there is none. */
    @Nullable
    P find(Arguments arguments) {
        int place = place(arguments);
        for (int probe = 0; probe < PROBES; probe++) {
            Entry<P> entry = entries[(place + probe) & (SIZE - 1)];
            if (entry == null) {
                return null;
            }
            if (entry.fits(arguments)) {
                return entry.plan;
            }
        }
        return null;
    }

    /** Keeps a plan for operands that lie like these. */
    P add(Arguments arguments, P plan) {
        int place = place(arguments);
        int free = place;
        for (int probe = PROBES - 1; probe >= 0; probe--) {
            int at = (place + probe) & (SIZE - 1);
            free = entries[at] == null ? at : free;
        }
        entries[free] = new Entry<>(arguments, plan);
        return plan;
    }

    private static int place(Arguments arguments) {
        int hash = Arrays.hashCode(arguments.array(0).dims());
        for (int i = 0; i < arguments.count(); i++) {
            hash = 31 * hash + Arrays.hashCode(arguments.array(i).strides());
        }
        hash = 31 * hash + Arrays.hashCode(arguments.reduced());
        return ((hash * 0x9E3779B9) >>> 16) & (SIZE - 1);
    }
}
