package org.culebra.kernel.codegen;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.culebra.kernel.Reduction;
import org.culebra.kernel.expression.Program;
import org.culebra.memory.DType;
import org.jspecify.annotations.Nullable;

/** The loops made so far, by program and access pattern. */
final class LoopCache {
    /** More programs than this are hardly in use at the same time; then all are dropped and made again as needed. */
    private static final int LIMIT = 4096;

    private static final int RECENT = 1 << 10;
    private static final ConcurrentHashMap<Copy, CopyLoop> COPIES = new ConcurrentHashMap<>();

    private final Tier tier;
    private final int bits;
    private final boolean shortRows;
    private final ConcurrentHashMap<Program, Maps> programs = new ConcurrentHashMap<>();
    /**
     * Looked up by identity first: hashing a program takes a microsecond. Written without locks; entries are
     * immutable.
     */
    private final @Nullable Recent[] recent = new @Nullable Recent[RECENT];

    /**
     * No loops yet.
     *
     * @param shortRows whether the loops are for rows of a few registers
     */
    LoopCache(Tier tier, int bits, boolean shortRows) {
        this.tier = tier;
        this.bits = bits;
        this.shortRows = shortRows;
    }

    private final ConcurrentHashMap<Fold, Tiered<FoldLoop>> folds = new ConcurrentHashMap<>();

    private record Recent(Program program, Maps maps) {}

    /** The loops of one program, and how it was applied. */
    private static final class Maps {
        private volatile Pattern[] patterns = new Pattern[0];
        private final PlanTable<MapPlan> plans = new PlanTable<>();
        private final PlanTable<ReductionPlan> reductions = new PlanTable<>();
    }

    private record Pattern(long constantAlongRow, Tiered<MapLoop> loop) {}

    /** The loop of a program whose inputs are constant along the rows as the bits say. */
    Tiered<MapLoop> map(Program program, long constantAlongRow) {
        Maps maps = maps(program);
        for (Pattern pattern : maps.patterns) {
            if (pattern.constantAlongRow == constantAlongRow) {
                return pattern.loop;
            }
        }
        return addPattern(maps, program, constantAlongRow);
    }

    /** The plans by which a program was applied to all elements. */
    PlanTable<MapPlan> mapPlans(Program program) {
        return maps(program).plans;
    }

    /** The plans by which a program's values were reduced. */
    PlanTable<ReductionPlan> reductionPlans(Program program) {
        return maps(program).reductions;
    }

    @SuppressWarnings("ReferenceEquality") // that is the point
    private Maps maps(Program program) {
        int index = System.identityHashCode(program) & RECENT - 1;
        Recent hit = recent[index];
        if (hit != null && hit.program == program) {
            return hit.maps;
        }
        if (programs.size() >= LIMIT) {
            programs.clear();
        }
        Maps maps = programs.computeIfAbsent(program, p -> new Maps());
        recent[index] = new Recent(program, maps);
        return maps;
    }

    private Tiered<MapLoop> addPattern(Maps maps, Program program, long constantAlongRow) {
        synchronized (maps) {
            for (Pattern pattern : maps.patterns) {
                if (pattern.constantAlongRow == constantAlongRow) {
                    return pattern.loop;
                }
            }
            var pattern = new Pattern(constantAlongRow, makeMap(program, constantAlongRow));
            Pattern[] longer = Arrays.copyOf(maps.patterns, maps.patterns.length + 1);
            longer[longer.length - 1] = pattern;
            maps.patterns = longer;
            return pattern.loop;
        }
    }

    private Tiered<MapLoop> makeMap(Program program, long constantAlongRow) {
        Supplier<MapLoop> vector = () -> {
            VectorClasses.prepare();
            return MapWriter.write(program, constantAlongRow, shortRows, bits);
        };
        return make(
                program.dtype(),
                () -> MapWriter.write(program, constantAlongRow, false, 0),
                vector,
                new MapTrial(program, bits));
    }

    /**
     * Short runs of a map on memory of its own: whole registers with and without a part, and a part alone. C2 leaves
     * out the
     * branches that it has not seen taken, and a loop that meets one later falls back to the interpreter.
     */
    private static final class MapTrial implements Tiered.Trial<MapLoop> {
        private static final double[] NO_SCALARS = {};
        /** Whole registers in a row: C2 unrolls less where rows are short. */
        private static final long WHOLE = 40;

        private static final long REGISTERS = 2 * WHOLE + 1 + 3;

        private final Program program;
        private final long columns;
        private final int lanes;
        private MemorySegment[] segments = new MemorySegment[0];
        private long[] offsets = {};
        private long[] rowStrides = {};
        private long[] atEnd = {};
        private long[] ones = {};
        private double[] scalars = NO_SCALARS;

        MapTrial(Program program, int bits) {
            this.program = program;
            lanes = bits / 8 / program.dtype().byteSize();
            columns = lanes * WHOLE + 1;
        }

        @Override
        public long operations() {
            return REGISTERS
                    * (program.instructions().size() + program.outputs().size());
        }

        /** Called by the one thread that warms. */
        @Override
        public void run(MapLoop loop) {
            int operands =
                    program.inputs() + program.uniforms() + program.outputs().size();
            if (segments.length < operands) {
                allocate(operands);
            }
            loop.run(segments, offsets, rowStrides, scalars, 1, columns);
            loop.run(segments, offsets, rowStrides, scalars, 1, lanes * WHOLE);
            loop.run(segments, atEnd, ones, scalars, 3, 1);
        }

        private void allocate(int operands) {
            segments = new MemorySegment[operands];
            for (int i = 0; i < operands; i++) {
                segments[i] =
                        Arena.ofAuto().allocate(3 * columns * program.dtype().byteSize(), 64);
            }
            offsets = new long[operands];
            rowStrides = new long[operands];
            Arrays.fill(rowStrides, columns);
            // Where a whole register would reach beyond the memory.
            atEnd = new long[operands];
            Arrays.fill(atEnd, 3 * columns - 3);
            ones = new long[operands];
            Arrays.fill(ones, 1);
            scalars = new double[program.scalars()];
        }
    }

    /** The loop that reduces rows. */
    Tiered<FoldLoop> fold(Reduction reduction, DType dtype) {
        return folds.computeIfAbsent(new Fold(reduction, dtype), this::makeFold);
    }

    private record Fold(Reduction reduction, DType dtype) {}

    private Tiered<FoldLoop> makeFold(Fold fold) {
        Supplier<FoldLoop> vector = () -> {
            VectorClasses.prepare();
            return FoldWriter.write(fold.reduction, fold.dtype, bits);
        };
        Supplier<FoldLoop> scalar = () -> fold.dtype.isFloating()
                ? new ScalarFold(fold.reduction, fold.dtype)
                : FoldWriter.write(fold.reduction, fold.dtype, 0);
        return make(fold.dtype, scalar, vector, new FoldTrial(fold.dtype, bits));
    }

    private <L> Tiered<L> make(DType dtype, Supplier<L> scalar, Supplier<L> vector, Tiered.Trial<L> trial) {
        if (!dtype.isFloating() || tier == Tier.SCALAR) {
            return Tiered.fixed(scalar.get());
        }
        return tier == Tier.VECTOR ? Tiered.fixed(vector.get()) : Tiered.of(scalar.get(), vector, trial);
    }

    /** Short runs of a fold on memory of its own: whole groups of lanes with and without a rest, and a rest alone. */
    private static final class FoldTrial implements Tiered.Trial<FoldLoop> {
        private static final int GROUPS = 20;
        private final int lanes;
        private final long group;
        private final long columns;
        private final MemorySegment memory;

        FoldTrial(DType dtype, int bits) {
            lanes = bits / 8 / dtype.byteSize();
            group = FoldWriter.lanes(dtype);
            columns = group * GROUPS + lanes + 1;
            memory = Arena.ofAuto().allocate(3 * columns * dtype.byteSize(), 64);
        }

        @Override
        public long operations() {
            // A load and a combination per register, and a tree per row.
            return 2 * GROUPS * 2 * group / lanes + 5 * 20;
        }

        @Override
        public void run(FoldLoop loop) {
            loop.run(memory, 0, columns, memory, 0, 1, 1, columns);
            loop.run(memory, 0, 0, memory, 0, 1, 1, group * GROUPS);
            // Where a whole register would reach beyond the memory.
            loop.run(memory, 3 * columns - 3, 1, memory, 0, 1, 3, 1);
        }
    }

    /** The copying loop between two dtypes; the flags say where the column stride is 1. */
    static CopyLoop copy(DType from, DType to, boolean unitFrom, boolean unitTo) {
        return COPIES.computeIfAbsent(
                new Copy(from, to, unitFrom, unitTo), c -> CopyWriter.write(c.from, c.to, c.unitFrom, c.unitTo));
    }

    private record Copy(DType from, DType to, boolean unitFrom, boolean unitTo) {}
}
