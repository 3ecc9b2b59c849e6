package org.culebra.kernel.codegen;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * Writes a {@link TransposeLoop} on square blocks of one vector by one vector.
 *
 * <p>Each stage exchanges, in pairs of vectors, the blocks off the diagonal: first halves of a vector, last single lanes. The
 * pairs of a stage are those whose indices differ in one bit. Lanes are integers, whatever they stand for: choosing lanes of
 * floating vectors would begin with rounding the indices, which have the type of the lanes.
 */
final class TransposeWriter {
    private static final String PACKAGE = "jdk.incubator.vector.";
    private static final ClassDesc BASE = ClassDesc.of(PACKAGE + "Vector");
    private static final ClassDesc SPECIES = ClassDesc.of(PACKAGE + "VectorSpecies");
    private static final ClassDesc ORDER = ClassDesc.of("java.nio.ByteOrder");
    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
    private static final MethodTypeDesc RUN = MethodTypeDesc.of(
            CD_void, Elements.SEGMENT, CD_long, CD_long, Elements.SEGMENT, CD_long, CD_long, CD_long, CD_long);
    private static final int SOURCE = 1;
    private static final int SOURCE_OFFSET = 2;
    private static final int SOURCE_STEP = 4;
    private static final int TARGET = 6;
    private static final int TARGET_OFFSET = 7;
    private static final int TARGET_STEP = 9;
    private static final int ROWS = 11;
    private static final int COLUMNS = 13;

    private final int bits;
    private final int lanes;
    private final ClassDesc vector;
    private final ClassDesc lane;
    private final CodeBuilder code;

    private TransposeWriter(int size, int bits, CodeBuilder code) {
        this.bits = bits;
        this.code = code;
        lanes = bits / 8 / size;
        vector = ClassDesc.of(PACKAGE + (size == 4 ? "IntVector" : "LongVector"));
        lane = size == 4 ? CD_int : CD_long;
    }

    /**
     * The loop on elements of {@code size} bytes.
     *
     * @param size 4 or 8
     * @param bits width of the vectors
     */
    static TransposeLoop write(int size, int bits) {
        return HiddenClasses.define(
                TransposeLoop.class,
                "VectorLoopTranspose",
                "run",
                RUN,
                code -> new TransposeWriter(size, bits, code).write());
    }

    private void write() {
        KnownTypes.nativeSegment(code, SOURCE);
        KnownTypes.nativeSegment(code, TARGET);
        int[] rowOffsets = writeRowOffsets();
        int[][] stages = new int[Integer.numberOfTrailingZeros(lanes)][2];
        for (int stage = 0; stage < stages.length; stage++) {
            stages[stage][0] = indices(1 << stage, false);
            stages[stage][1] = indices(1 << stage, true);
        }
        int end = code.allocateLocal(TypeKind.LONG);
        code.lload(COLUMNS)
                .lload(TARGET_STEP)
                .lmul()
                .lload(TARGET_OFFSET)
                .ladd()
                .lstore(end);
        // Not counted by C2, since the step is not known to it. For counted loops it computes, per address and before
        // the
        // first round, between which rounds the address is inside of its memory: some 25 instructions each, where a
        // test in
        // the loop has two. That pays for many rounds, not for the few that the blocks of a matrix have.
        Label next = code.newLabel();
        Label done = code.newLabel();
        code.labelBinding(next).lload(TARGET_OFFSET).lload(end).lcmp().ifge(done);
        writeBlock(rowOffsets, stages);
        code.goto_(next).labelBinding(done);
        code.return_();
    }

    /** Where each row of a block begins; rows that are not there are the last one once more. */
    private int[] writeRowOffsets() {
        int[] offsets = new int[lanes];
        for (int i = 0; i < lanes; i++) {
            offsets[i] = code.allocateLocal(TypeKind.LONG);
            code.loadConstant((long) i)
                    .lload(ROWS)
                    .lconst_1()
                    .lsub()
                    .invokestatic(MATH, "min", MethodTypeDesc.of(CD_long, CD_long, CD_long))
                    .lload(SOURCE_STEP)
                    .lmul()
                    .lstore(offsets[i]);
        }
        return offsets;
    }

    private void writeBlock(int[] rowOffsets, int[][] stages) {
        int[] v = new int[lanes];
        for (int i = 0; i < lanes; i++) {
            v[i] = code.allocateLocal(TypeKind.REFERENCE);
            species();
            code.aload(SOURCE).lload(SOURCE_OFFSET).lload(rowOffsets[i]).ladd();
            order();
            code.invokestatic(
                    vector, "fromMemorySegment", MethodTypeDesc.of(vector, SPECIES, Elements.SEGMENT, CD_long, ORDER));
            exact();
            code.astore(v[i]);
        }
        for (int stage = stages.length - 1; stage >= 0; stage--) {
            exchange(v, 1 << stage, stages[stage]);
        }
        for (int i = 0; i < lanes; i++) {
            code.aload(v[i]).aload(TARGET).lload(TARGET_OFFSET);
            order();
            code.invokevirtual(
                    vector, "intoMemorySegment", MethodTypeDesc.of(CD_void, Elements.SEGMENT, CD_long, ORDER));
            code.lload(TARGET_OFFSET).lload(TARGET_STEP).ladd().lstore(TARGET_OFFSET);
        }
        code.lload(SOURCE_OFFSET).loadConstant(bits / 8L).ladd().lstore(SOURCE_OFFSET);
    }

    private void exchange(int[] v, int distance, int[] indices) {
        int low = code.allocateLocal(TypeKind.REFERENCE);
        for (int i = 0; i < v.length; i++) {
            if ((i & distance) == 0) {
                int pair = i + distance;
                select(indices[0], v[i], v[pair]);
                code.astore(low);
                select(indices[1], v[i], v[pair]);
                code.astore(v[pair]).aload(low).astore(v[i]);
            }
        }
    }

    private void select(int indices, int first, int second) {
        code.aload(indices)
                .aload(first)
                .aload(second)
                .invokevirtual(vector, "selectFrom", MethodTypeDesc.of(vector, BASE, BASE));
        exact();
    }

    /**
     * A local variable with the lanes of a pair of vectors, those of the second counted on from the first's, that one stage puts
     * into one vector: {@code i + (i & distance)·(lanes/distance − 1)}, and for the pair's second vector {@code distance} more.
     */
    private int indices(int distance, boolean second) {
        int own = code.allocateLocal(TypeKind.REFERENCE);
        species();
        code.invokestatic(vector, "zero", MethodTypeDesc.of(vector, SPECIES));
        code.iconst_1().invokevirtual(vector, "addIndex", MethodTypeDesc.of(vector, CD_int));
        exact();
        code.astore(own).aload(own);
        withNumber("and", distance);
        withNumber("mul", lanes / distance - 1);
        withNumber("add", second ? distance : 0);
        code.aload(own).invokevirtual(vector, "add", MethodTypeDesc.of(vector, BASE));
        exact();
        code.astore(own);
        return own;
    }

    private void withNumber(String operation, int number) {
        if (lane.equals(CD_int)) {
            code.loadConstant(number);
        } else {
            code.loadConstant((long) number);
        }
        code.invokevirtual(vector, operation, MethodTypeDesc.of(vector, lane));
        exact();
    }

    private void species() {
        code.getstatic(vector, "SPECIES_" + bits, SPECIES);
    }

    private void order() {
        code.getstatic(ORDER, "LITTLE_ENDIAN", ORDER);
    }

    private void exact() {
        KnownTypes.vector(code, vector, bits);
    }
}
