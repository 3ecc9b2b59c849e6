package org.culebra.kernel.gemm;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.culebra.kernel.codegen.KnownTypes;
import org.culebra.kernel.gemm.KernelShape.Addressing;
import org.culebra.memory.DType;

/**
 * Writes kernels as hidden classes: one generator for both types, every vector width and every shape of tile.
 *
 * <p>The code is straight: everything but the loop over k is unrolled and there are no branches, so that a compiled kernel never
 * meets a case that it was not compiled for. Vectors live in local variables only.
 *
 * <p>Tiles have no masks. A masked access of the Vector API has several ways to go, which C2 compiles or leaves out by what other
 * code has done before; with all of them behind the loop over k, it keeps the sums of a tile in memory, not in registers, and
 * the tile takes three times as long.
 */
final class KernelWriter {
    private static final String PACKAGE = KernelWriter.class.getPackageName();
    /** What the names of all generated classes begin with. */
    static final String CLASS_PREFIX = PACKAGE + ".Generated";

    private static final ClassDesc SEGMENT = describe(MemorySegment.class);
    private static final ClassDesc ORDER = describe(ByteOrder.class);
    private static final ClassDesc SPECIES = describe(VectorSpecies.class);
    private static final ClassDesc VECTOR = describe(Vector.class);
    private static final ClassDesc MASK = describe(VectorMask.class);
    private static final ClassDesc OPERATORS = describe(VectorOperators.class);
    private static final ClassDesc COMPARISON = describe(VectorOperators.Comparison.class);
    private static final ClassDesc LAYOUTS = describe(ValueLayout.class);

    private static final DirectMethodHandleDesc CLASS_DATA_AT =
            ConstantDescs.ofConstantBootstrap(describe(MethodHandles.class), "classDataAt", CD_Object, CD_int);

    private final KernelShape shape;
    private final CodeBuilder code;
    /** What {@link #constant} loads. */
    private final List<Object> constants;

    private final boolean single;
    private final ClassDesc vector;
    private final ClassDesc element;
    private final ClassDesc layout;
    private final int mask;

    /**
     * Begins a kernel.
     *
     * @param moves whether lanes only change places: then they are integers, or choosing lanes would begin with rounding the
     *     indices, which have the type of the lanes
     */
    private KernelWriter(KernelShape shape, CodeBuilder code, List<Object> constants, boolean moves) {
        this.shape = shape;
        this.code = code;
        this.constants = constants;
        single = shape.dtype() == DType.F32;
        String name = moves ? (single ? "IntVector" : "LongVector") : (single ? "FloatVector" : "DoubleVector");
        vector = ClassDesc.of("jdk.incubator.vector." + name);
        element = moves ? (single ? CD_int : CD_long) : (single ? CD_float : CD_double);
        layout = describe(single ? ValueLayout.OfFloat.class : ValueLayout.OfDouble.class);
        mask = reference();
    }

    /** A micro-kernel for tiles of {@code shape}. */
    static TileKernel tile(KernelShape shape) {
        MethodTypeDesc type = MethodTypeDesc.of(
                CD_void,
                SEGMENT,
                CD_long,
                CD_long,
                CD_long,
                SEGMENT,
                CD_long,
                CD_long,
                CD_long,
                SEGMENT,
                CD_long,
                CD_long,
                SEGMENT,
                CD_long,
                CD_long,
                CD_long.arrayType(),
                CD_int);
        return define(TileKernel.class, "Tile", type, shape, false, KernelWriter::writeTile);
    }

    /**
     * Copies rows of {@code shape.vectors()} vectors; {@code count} is a number of rows.
     *
     * @param step 1 copies all elements, 2 every second one, without a mask
     */
    static PackKernel copy(KernelShape shape, int step) {
        Consumer<KernelWriter> body = step == 1 ? KernelWriter::writeCopy : KernelWriter::writeHalving;
        return define(PackKernel.class, "Copy", packType(), shape, true, body);
    }

    /** Copies rows and replaces negative numbers by 0; the target may be the source. */
    static PackKernel relu(KernelShape shape) {
        return define(PackKernel.class, "Relu", packType(), shape, false, KernelWriter::writeRelu);
    }

    private static MethodTypeDesc packType() {
        return MethodTypeDesc.of(CD_void, SEGMENT, CD_long, CD_long, SEGMENT, CD_long, CD_long, CD_long, CD_long);
    }

    private static <T> T define(
            Class<T> type,
            String name,
            MethodTypeDesc run,
            KernelShape shape,
            boolean moves,
            Consumer<KernelWriter> body) {
        List<Object> constants = new ArrayList<>();
        byte[] bytes = ClassFile.of()
                .build(
                        ClassDesc.of(CLASS_PREFIX + name),
                        builder -> builder.withFlags(ClassFile.ACC_FINAL)
                                .withInterfaceSymbols(describe(type))
                                .withMethodBody(
                                        "<init>",
                                        MTD_void,
                                        0,
                                        code -> code.aload(0)
                                                .invokespecial(CD_Object, "<init>", MTD_void)
                                                .return_())
                                .withMethodBody(
                                        "run",
                                        run,
                                        ClassFile.ACC_PUBLIC,
                                        code -> body.accept(new KernelWriter(shape, code, constants, moves))));
        try {
            MethodHandles.Lookup lookup =
                    MethodHandles.lookup().defineHiddenClassWithClassData(bytes, List.copyOf(constants), true);
            Object kernel = lookup.findConstructor(lookup.lookupClass(), MethodType.methodType(void.class))
                    .invoke();
            return type.cast(kernel);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a generated class cannot be made", e);
        }
    }

    // ---- the micro-kernel
    // ----------------------------------------------------------------------------------------------

    private void writeTile() {
        TileLocals at = new TileLocals();
        for (int segment : new int[] {at.a, at.b, at.c, at.s}) {
            KnownTypes.nativeSegment(code, segment);
        }
        int[][] sums = new int[shape.rows()][shape.vectors()];
        for (int[] row : sums) {
            for (int j = 0; j < row.length; j++) {
                row[j] = reference();
                species();
                code.invokestatic(vector, "zero", MethodTypeDesc.of(vector, SPECIES))
                        .astore(row[j]);
            }
        }
        int[] rowOffsets = shape.addressing() == Addressing.LEFT_TABLE
                ? tableEntries(at, shape.rows())
                : multiples(at.aRow, shape.rows());
        writeProducts(at, rowOffsets, sums);
        writeStores(at, sums);
        code.return_();
    }

    /** Slots of the parameters of {@link TileKernel#run}: a long takes two. */
    private static final class TileLocals {
        final int a = 1;
        final int aOffset = 2;
        final int aRow = 4;
        final int aStep = 6;
        final int b = 8;
        final int bOffset = 9;
        final int bStep = 11;
        final int k = 13;
        final int c = 15;
        final int cOffset = 16;
        final int cRow = 18;
        final int s = 20;
        final int sOffset = 21;
        final int sRow = 23;
        final int table = 25;
        final int tableAt = 26;
    }

    /** {@code for p in 0 … k−1: sums[i][j] += A[i,p]·B[p,j]}. */
    private void writeProducts(TileLocals at, int[] rowOffsets, int[][] sums) {
        int factor = reference();
        int[] row = references(shape.vectors());
        boolean tabled = shape.addressing() == Addressing.RIGHT_TABLE;
        int bRow = tabled ? code.allocateLocal(TypeKind.LONG) : at.bOffset;
        loop(at.k, () -> {
            if (tabled) {
                tableEntry(at, 0);
                code.lload(at.bOffset).ladd().lstore(bRow);
                code.iinc(at.tableAt, 1);
            }
            for (int j = 0; j < row.length; j++) {
                load(at.b, bRow, j, false);
                code.astore(row[j]);
            }
            for (int i = 0; i < sums.length; i++) {
                species();
                code.aload(at.a)
                        .getstatic(LAYOUTS, single ? "JAVA_FLOAT_UNALIGNED" : "JAVA_DOUBLE_UNALIGNED", layout)
                        .lload(at.aOffset);
                if (i > 0) {
                    code.lload(rowOffsets[i]).ladd();
                }
                code.invokeinterface(SEGMENT, "get", MethodTypeDesc.of(element, layout, CD_long))
                        .invokestatic(vector, "broadcast", MethodTypeDesc.of(vector, SPECIES, element));
                exact();
                code.astore(factor);
                for (int j = 0; j < row.length; j++) {
                    code.aload(factor).aload(row[j]);
                    code.aload(sums[i][j]);
                    exact();
                    code.invokevirtual(vector, "fma", MethodTypeDesc.of(vector, VECTOR, VECTOR))
                            .astore(sums[i][j]);
                }
            }
            advance(at.aOffset, at.aStep);
            if (!tabled) {
                advance(at.bOffset, at.bStep);
            }
        });
    }

    private void exact() {
        KnownTypes.vector(code, vector, shape.bits());
    }

    /** Loads an object that the class carries along: what the method made itself would be garbage of every call. */
    private CodeBuilder constant(Object value, ClassDesc type) {
        constants.add(value);
        return code.loadConstant(DynamicConstantDesc.ofNamed(CLASS_DATA_AT, "_", type, constants.size() - 1));
    }

    private int[] tableEntries(TileLocals at, int count) {
        int[] locals = new int[count];
        int first = code.allocateLocal(TypeKind.LONG);
        tableEntry(at, 0);
        code.lstore(first);
        for (int i = 1; i < count; i++) {
            locals[i] = code.allocateLocal(TypeKind.LONG);
            tableEntry(at, i);
            code.lload(first).lsub().lstore(locals[i]);
        }
        advance(at.aOffset, first);
        return locals;
    }

    private void tableEntry(TileLocals at, int index) {
        code.aload(at.table).iload(at.tableAt).loadConstant(index).iadd().laload();
    }

    /** {@code C = sums + S}. */
    private void writeStores(TileLocals at, int[][] sums) {
        for (int[] row : sums) {
            for (int j = 0; j < row.length; j++) {
                code.aload(row[j]);
                exact();
                load(at.s, at.sOffset, j, false);
                code.invokevirtual(vector, "add", MethodTypeDesc.of(vector, VECTOR));
                exact();
                store(at.c, at.cOffset, j, false);
            }
            advance(at.cOffset, at.cRow);
            advance(at.sOffset, at.sRow);
        }
    }

    // ---- packing
    // -------------------------------------------------------------------------------------------------------

    private static final int SOURCE = 1;
    private static final int SOURCE_OFFSET = 2;
    private static final int SOURCE_STEP = 4;
    private static final int TARGET = 6;
    private static final int TARGET_OFFSET = 7;
    private static final int TARGET_STEP = 9;
    private static final int COUNT = 11;
    private static final int TAIL = 13;

    private void writeCopy() {
        KnownTypes.nativeSegment(code, SOURCE);
        KnownTypes.nativeSegment(code, TARGET);
        prepareMask(TAIL);
        loop(COUNT, () -> {
            for (int j = 0; j < shape.vectors(); j++) {
                load(SOURCE, SOURCE_OFFSET, j, isMasked(j));
                store(TARGET, TARGET_OFFSET, j, isMasked(j));
            }
            advance(SOURCE_OFFSET, SOURCE_STEP);
            advance(TARGET_OFFSET, TARGET_STEP);
        });
        code.return_();
    }

    /** NaN stays NaN, and −0 stays −0. */
    private void writeRelu() {
        KnownTypes.nativeSegment(code, SOURCE);
        KnownTypes.nativeSegment(code, TARGET);
        int zero = reference();
        int value = reference();
        species();
        code.invokestatic(vector, "zero", MethodTypeDesc.of(vector, SPECIES)).astore(zero);
        loop(COUNT, () -> {
            for (int j = 0; j < shape.vectors(); j++) {
                load(SOURCE, SOURCE_OFFSET, j, false);
                code.astore(value)
                        .aload(value)
                        .aload(zero)
                        .aload(value)
                        .getstatic(OPERATORS, "LT", COMPARISON)
                        .aload(zero)
                        .invokevirtual(vector, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR))
                        .invokevirtual(vector, "blend", MethodTypeDesc.of(vector, VECTOR, MASK));
                store(TARGET, TARGET_OFFSET, j, false);
            }
            advance(SOURCE_OFFSET, SOURCE_STEP);
            advance(TARGET_OFFSET, TARGET_STEP);
        });
        code.return_();
    }

    private void writeHalving() {
        KnownTypes.nativeSegment(code, SOURCE);
        KnownTypes.nativeSegment(code, TARGET);
        int even = indices(i -> 2 * i);
        int first = reference();
        int second = reference();
        loop(COUNT, () -> {
            for (int j = 0; j < shape.vectors(); j++) {
                load(SOURCE, SOURCE_OFFSET, 2 * j, false);
                code.astore(first);
                load(SOURCE, SOURCE_OFFSET, 2 * j + 1, false);
                code.astore(second);
                select(even, first, second);
                store(TARGET, TARGET_OFFSET, j, false);
            }
            advance(SOURCE_OFFSET, SOURCE_STEP);
            advance(TARGET_OFFSET, TARGET_STEP);
        });
        code.return_();
    }

    private void select(int indices, int first, int second) {
        code.aload(indices)
                .aload(first)
                .aload(second)
                .invokevirtual(vector, "selectFrom", MethodTypeDesc.of(vector, VECTOR, VECTOR));
        exact();
    }

    /** A local with the vector index(0), index(1), … */
    private int indices(IntUnaryOperator index) {
        int local = reference();
        int[] ints = IntStream.range(0, shape.lanes()).map(index).toArray();
        species();
        constant(single ? ints : Arrays.stream(ints).asLongStream().toArray(), element.arrayType())
                .iconst_0()
                .invokestatic(vector, "fromArray", MethodTypeDesc.of(vector, SPECIES, element.arrayType(), CD_int))
                .astore(local);
        return local;
    }

    // ---- words
    // ---------------------------------------------------------------------------------------------------------

    /** {@code for (long p = 0; p < limit; p++) body}. */
    private void loop(int limit, Runnable body) {
        int p = code.allocateLocal(TypeKind.LONG);
        Label top = code.newLabel();
        Label end = code.newLabel();
        code.lconst_0().lstore(p);
        code.labelBinding(top).lload(p).lload(limit).lcmp().ifge(end);
        body.run();
        code.lload(p).lconst_1().ladd().lstore(p).goto_(top);
        code.labelBinding(end);
    }

    /** Locals that hold step, 2·step, … from index 1 on. */
    private int[] multiples(int step, int count) {
        int[] locals = new int[count];
        for (int i = 1; i < count; i++) {
            locals[i] = code.allocateLocal(TypeKind.LONG);
            code.lload(step);
            if (i > 1) {
                code.lload(locals[i - 1]).ladd();
            }
            code.lstore(locals[i]);
        }
        return locals;
    }

    private void advance(int offset, int step) {
        code.lload(offset).lload(step).ladd().lstore(offset);
    }

    private boolean isMasked(int j) {
        return shape.masked() && j == shape.vectors() - 1;
    }

    private void prepareMask(int tail) {
        if (shape.masked()) {
            species();
            code.lconst_0()
                    .lload(tail)
                    .invokeinterface(SPECIES, "indexInRange", MethodTypeDesc.of(MASK, CD_long, CD_long))
                    .astore(mask);
        }
    }

    private void load(int segment, int offset, int j, boolean masked) {
        species();
        code.aload(segment);
        address(offset, j);
        if (masked) {
            code.aload(mask)
                    .invokestatic(
                            vector,
                            "fromMemorySegment",
                            MethodTypeDesc.of(vector, SPECIES, SEGMENT, CD_long, ORDER, MASK));
        } else {
            code.invokestatic(vector, "fromMemorySegment", MethodTypeDesc.of(vector, SPECIES, SEGMENT, CD_long, ORDER));
        }
        exact();
    }

    /** Stores the vector on the stack. */
    private void store(int segment, int offset, int j, boolean masked) {
        code.aload(segment);
        address(offset, j);
        if (masked) {
            code.aload(mask)
                    .invokevirtual(
                            vector, "intoMemorySegment", MethodTypeDesc.of(CD_void, SEGMENT, CD_long, ORDER, MASK));
        } else {
            code.invokevirtual(vector, "intoMemorySegment", MethodTypeDesc.of(CD_void, SEGMENT, CD_long, ORDER));
        }
    }

    private void address(int offset, int j) {
        code.lload(offset);
        if (j > 0) {
            code.loadConstant((long) j * shape.vectorBytes()).ladd();
        }
        order();
    }

    private void species() {
        code.getstatic(vector, "SPECIES_" + shape.bits(), SPECIES);
    }

    private void order() {
        code.getstatic(ORDER, "LITTLE_ENDIAN", ORDER);
    }

    private int reference() {
        return code.allocateLocal(TypeKind.REFERENCE);
    }

    private int[] references(int count) {
        int[] locals = new int[count];
        for (int i = 0; i < count; i++) {
            locals[i] = reference();
        }
        return locals;
    }

    private static ClassDesc describe(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
