package org.culebra.kernel.codegen;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.Locale;
import java.util.function.IntUnaryOperator;
import org.culebra.kernel.expression.Program.Instruction;
import org.culebra.kernel.expression.Program.Kind;
import org.culebra.kernel.expression.Program.Opcode;
import org.culebra.memory.DType;

/**
 * A whole vector per register: calls of {@code jdk.incubator.vector}.
 *
 * @param dtype f32 or f64
 * @param vectorBits 128, 256 or 512
 */
record VectorBackend(DType dtype, int vectorBits) implements Backend {
    private static final String PACKAGE = "jdk.incubator.vector.";
    private static final ClassDesc VECTOR = ClassDesc.of(PACKAGE + "Vector");
    private static final ClassDesc MASK = ClassDesc.of(PACKAGE + "VectorMask");
    private static final ClassDesc SHUFFLE = ClassDesc.of(PACKAGE + "VectorShuffle");
    private static final ClassDesc SPECIES = ClassDesc.of(PACKAGE + "VectorSpecies");
    private static final ClassDesc OPERATORS = ClassDesc.of(PACKAGE + "VectorOperators");
    private static final ClassDesc BINARY = OPERATORS.nested("Binary");
    private static final ClassDesc ASSOCIATIVE = OPERATORS.nested("Associative");
    private static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");
    private static final ClassDesc FAR_LANES =
            FarLanes.class.describeConstable().orElseThrow();
    private static final ClassDesc ORDER = ClassDesc.of("java.nio.ByteOrder");
    private static final String NATIVE_ORDER =
            ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "LITTLE_ENDIAN" : "BIG_ENDIAN";

    VectorBackend {
        if (!dtype.isFloating()) {
            throw new IllegalArgumentException("no vector loop on " + dtype);
        }
    }

    @Override
    public int lanes() {
        return vectorBits / 8 / dtype.byteSize();
    }

    @Override
    public String prefix() {
        return "VectorLoop";
    }

    @Override
    public TypeKind local(Kind kind) {
        return TypeKind.REFERENCE;
    }

    private boolean isWide() {
        return dtype == DType.F64;
    }

    /** FloatVector or DoubleVector. */
    private ClassDesc values() {
        return ClassDesc.of(PACKAGE + (isWide() ? "DoubleVector" : "FloatVector"));
    }

    /** IntVector or LongVector. */
    private ClassDesc integers() {
        return ClassDesc.of(PACKAGE + (isWide() ? "LongVector" : "IntVector"));
    }

    private void pushSpecies(CodeBuilder code, ClassDesc vector) {
        // A static final field of the API itself: a constant to C2.
        code.getstatic(vector, "SPECIES_" + vectorBits, SPECIES);
    }

    private static void pushOrder(CodeBuilder code) {
        code.getstatic(ORDER, NATIVE_ORDER, ORDER);
    }

    private void pushLoad(CodeBuilder code, Address address) {
        pushSpecies(code, values());
        code.aload(address.segment());
        address.pushOffset(code);
        pushOrder(code);
    }

    @Override
    public void load(CodeBuilder code, Address address) {
        pushLoad(code, address);
        code.invokestatic(
                values(), "fromMemorySegment", MethodTypeDesc.of(values(), SPECIES, Elements.SEGMENT, CD_long, ORDER));
        exact(code);
    }

    @Override
    public void loadPart(CodeBuilder code, Address address, int mask) {
        pushLoad(code, address);
        code.aload(mask);
        code.invokestatic(
                values(),
                "fromMemorySegment",
                MethodTypeDesc.of(values(), SPECIES, Elements.SEGMENT, CD_long, ORDER, MASK));
        exact(code);
    }

    @Override
    public void exact(CodeBuilder code) {
        KnownTypes.vector(code, values(), vectorBits);
    }

    private static void pushStore(CodeBuilder code, Address address, int value) {
        code.aload(value).aload(address.segment());
        address.pushOffset(code);
        pushOrder(code);
    }

    @Override
    public void store(CodeBuilder code, Address address, int value) {
        pushStore(code, address, value);
        code.invokevirtual(values(), "intoMemorySegment", MethodTypeDesc.of(CD_void, Elements.SEGMENT, CD_long, ORDER));
    }

    @Override
    public void storePart(CodeBuilder code, Address address, int value, int mask) {
        pushStore(code, address, value);
        code.aload(mask);
        code.invokevirtual(
                values(), "intoMemorySegment", MethodTypeDesc.of(CD_void, Elements.SEGMENT, CD_long, ORDER, MASK));
    }

    @Override
    public void partMask(CodeBuilder code, int count) {
        pushSpecies(code, values());
        code.lconst_0().lload(count);
        code.invokeinterface(SPECIES, "indexInRange", MethodTypeDesc.of(MASK, CD_long, CD_long));
    }

    @Override
    public void splat(CodeBuilder code, Runnable push) {
        splat(code, values(), dtype, push);
    }

    private void splat(CodeBuilder code, ClassDesc vector, DType lane, Runnable push) {
        pushSpecies(code, vector);
        push.run();
        code.invokestatic(vector, "broadcast", MethodTypeDesc.of(vector, SPECIES, Elements.primitive(lane)));
    }

    @Override
    public void compute(CodeBuilder code, Instruction step, IntUnaryOperator slotOf) {
        switch (step.opcode()) {
            case SELECT ->
                blend(code, slotOf.applyAsInt(step.b()), slotOf.applyAsInt(step.c()), slotOf.applyAsInt(step.a()));
            case LT, LE, EQ, NE -> compare(code, step, slotOf);
            case BITS_XOR -> xor(code, step, slotOf);
            default -> {
                int[] operands = {step.a(), step.b(), step.c()};
                for (int i = 0; i < step.opcode().arity(); i++) {
                    code.aload(slotOf.applyAsInt(operands[i]));
                }
                apply(code, step);
            }
        }
    }

    private void compare(CodeBuilder code, Instruction step, IntUnaryOperator slotOf) {
        code.aload(slotOf.applyAsInt(step.a()));
        code.getstatic(OPERATORS, step.opcode().name(), COMPARISON);
        code.aload(slotOf.applyAsInt(step.b()));
        code.invokevirtual(values(), "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
    }

    private void xor(CodeBuilder code, Instruction step, IntUnaryOperator slotOf) {
        code.aload(slotOf.applyAsInt(step.a()));
        code.getstatic(OPERATORS, "XOR", ASSOCIATIVE);
        code.aload(slotOf.applyAsInt(step.b()));
        code.invokevirtual(integers(), "lanewise", MethodTypeDesc.of(integers(), BINARY, VECTOR));
    }

    private void apply(CodeBuilder code, Instruction step) {
        switch (step.opcode()) {
            case ADD, SUB, MUL, DIV, MIN, MAX -> combine(code, step.opcode());
            case NEG -> method(code, values(), "neg", 0);
            case ABS -> method(code, values(), "abs", 0);
            case SQRT -> method(code, values(), "sqrt", 0);
            case FMA -> method(code, values(), "fma", 2);
            case FAR -> {
                code.loadConstant((int) step.immediate());
                code.invokestatic(FAR_LANES, "reduce", MethodTypeDesc.of(values(), values(), CD_int));
            }
            case MASK_AND -> code.invokevirtual(MASK, "and", MethodTypeDesc.of(MASK, MASK));
            case MASK_OR -> code.invokevirtual(MASK, "or", MethodTypeDesc.of(MASK, MASK));
            case MASK_NOT -> code.invokevirtual(MASK, "not", MethodTypeDesc.of(MASK));
            default -> bits(code, step);
        }
    }

    @Override
    public void combine(CodeBuilder code, Opcode opcode) {
        method(code, values(), opcode.name().toLowerCase(Locale.ROOT), 1);
    }

    @Override
    public void blend(CodeBuilder code, int value, int otherwise, int mask) {
        code.aload(otherwise).aload(value).aload(mask);
        code.invokevirtual(values(), "blend", MethodTypeDesc.of(values(), VECTOR, MASK));
    }

    @Override
    public void shuffle(CodeBuilder code, int distance) {
        pushSpecies(code, values());
        code.loadConstant(distance).iconst_1().iconst_1();
        code.invokestatic(SHUFFLE, "iota", MethodTypeDesc.of(SHUFFLE, SPECIES, CD_int, CD_int, CD_boolean));
    }

    @Override
    public void rearrange(CodeBuilder code, int value, int shuffle) {
        code.aload(value).aload(shuffle);
        code.invokevirtual(values(), "rearrange", MethodTypeDesc.of(values(), SHUFFLE));
    }

    @Override
    public void firstLane(CodeBuilder code) {
        code.iconst_0();
        code.invokevirtual(values(), "lane", MethodTypeDesc.of(primitive(), CD_int));
    }

    private ClassDesc primitive() {
        return Elements.primitive(dtype);
    }

    private static void method(CodeBuilder code, ClassDesc vector, String name, int arguments) {
        code.invokevirtual(vector, name, MethodTypeDesc.of(vector, Collections.nCopies(arguments, VECTOR)));
    }

    private void bits(CodeBuilder code, Instruction step) {
        ClassDesc vector = integers();
        switch (step.opcode()) {
            case TO_BITS ->
                code.invokevirtual(
                        values(), isWide() ? "reinterpretAsLongs" : "reinterpretAsInts", MethodTypeDesc.of(vector));
            case FROM_BITS ->
                code.invokevirtual(
                        vector, isWide() ? "reinterpretAsDoubles" : "reinterpretAsFloats", MethodTypeDesc.of(values()));
            case BITS_CONSTANT -> {
                DType lane = isWide() ? DType.I64 : DType.I32;
                splat(code, vector, lane, () -> Elements.pushConstant(code, lane, step.immediate()));
            }
            case BITS_ADD -> method(code, vector, "add", 1);
            case BITS_SUB -> method(code, vector, "sub", 1);
            case BITS_AND -> method(code, vector, "and", 1);
            case BITS_OR -> method(code, vector, "or", 1);
            case SHIFT_LEFT -> shift(code, step, "LSHL");
            case SHIFT_RIGHT -> shift(code, step, "ASHR");
            case SHIFT_RIGHT_UNSIGNED -> shift(code, step, "LSHR");
            default -> throw new AssertionError(step);
        }
    }

    private void shift(CodeBuilder code, Instruction step, String operator) {
        ClassDesc vector = integers();
        code.getstatic(OPERATORS, operator, BINARY);
        if (isWide()) {
            code.loadConstant(step.immediate());
        } else {
            code.loadConstant((int) step.immediate());
        }
        code.invokevirtual(vector, "lanewise", MethodTypeDesc.of(vector, BINARY, isWide() ? CD_long : CD_int));
    }
}
