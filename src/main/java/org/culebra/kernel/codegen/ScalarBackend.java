package org.culebra.kernel.codegen;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.function.IntUnaryOperator;
import org.culebra.kernel.expression.FarArgument;
import org.culebra.kernel.expression.Program.Instruction;
import org.culebra.kernel.expression.Program.Kind;
import org.culebra.kernel.expression.Program.Opcode;
import org.culebra.memory.DType;

/** One number per register: plain bytecode, {@code Math.fma}, {@code Math.sqrt}; a truth value is an int 0 or 1. */
record ScalarBackend(DType dtype) implements Backend {

    private static final ClassDesc FAR_ARGUMENT =
            FarArgument.class.describeConstable().orElseThrow();

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public String prefix() {
        return "ScalarLoop";
    }

    @Override
    public TypeKind local(Kind kind) {
        return switch (kind) {
            case VALUE -> Elements.kind(dtype);
            case BITS -> isWide() ? TypeKind.LONG : TypeKind.INT;
            case MASK -> TypeKind.INT;
        };
    }

    private boolean isWide() {
        return dtype.byteSize() == 8;
    }

    @Override
    public void load(CodeBuilder code, Address address) {
        Elements.load(code, dtype, address);
    }

    @Override
    public void store(CodeBuilder code, Address address, int value) {
        Elements.store(code, dtype, address, value);
    }

    @Override
    public void partMask(CodeBuilder code, int count) {
        throw noParts();
    }

    @Override
    public void loadPart(CodeBuilder code, Address address, int mask) {
        throw noParts();
    }

    @Override
    public void storePart(CodeBuilder code, Address address, int value, int mask) {
        throw noParts();
    }

    @Override
    public void splat(CodeBuilder code, Runnable push) {
        push.run();
    }

    @Override
    public void compute(CodeBuilder code, Instruction step, IntUnaryOperator slotOf) {
        Opcode opcode = step.opcode();
        if (opcode == Opcode.SELECT) {
            select(code, step, slotOf);
            return;
        }
        int[] operands = {step.a(), step.b(), step.c()};
        for (int i = 0; i < opcode.arity(); i++) {
            code.loadLocal(local(opcode.operand(i)), slotOf.applyAsInt(operands[i]));
        }
        switch (opcode) {
            case ADD, SUB, MUL, DIV, MIN, MAX -> combine(code, opcode);
            case NEG -> code.with(operator(letter() + "NEG"));
            case ABS -> Elements.math(code, "abs", Elements.primitive(dtype), 1);
            case FMA -> Elements.math(code, "fma", Elements.primitive(dtype), 3);
            case SQRT -> sqrt(code);
            case FAR -> far(code, step);
            case LT, LE, EQ, NE -> compare(code, opcode);
            case MASK_AND -> code.iand();
            case MASK_OR -> code.ior();
            case MASK_NOT -> code.iconst_1().ixor();
            case TO_BITS, FROM_BITS -> reinterpret(code, opcode == Opcode.TO_BITS);
            default -> bits(code, step);
        }
    }

    @Override
    public void combine(CodeBuilder code, Opcode opcode) {
        switch (opcode) {
            case MIN -> Elements.math(code, "min", Elements.primitive(dtype), 2);
            case MAX -> Elements.math(code, "max", Elements.primitive(dtype), 2);
            default -> code.with(operator(letter() + opcode.name()));
        }
    }

    @Override
    public void blend(CodeBuilder code, int value, int otherwise, int mask) {
        throw noParts();
    }

    @Override
    public void shuffle(CodeBuilder code, int distance) {
        throw noParts();
    }

    @Override
    public void rearrange(CodeBuilder code, int value, int shuffle) {
        throw noParts();
    }

    @Override
    public void exact(CodeBuilder code) {
        // A number has no other type.
    }

    @Override
    public void firstLane(CodeBuilder code) {
        // The register is the number.
    }

    private static AssertionError noParts() {
        return new AssertionError("a single number has no parts");
    }

    private void select(CodeBuilder code, Instruction step, IntUnaryOperator slotOf) {
        TypeKind value = local(Kind.VALUE);
        Label otherwise = code.newLabel();
        Label end = code.newLabel();
        code.iload(slotOf.applyAsInt(step.a())).ifeq(otherwise);
        code.loadLocal(value, slotOf.applyAsInt(step.b())).goto_(end);
        code.labelBinding(otherwise).loadLocal(value, slotOf.applyAsInt(step.c()));
        code.labelBinding(end);
    }

    private void sqrt(CodeBuilder code) {
        // The square root in double, rounded to float, is the correctly rounded float square root.
        if (dtype == DType.F32) {
            code.f2d();
        }
        Elements.math(code, "sqrt", CD_double, 1);
        if (dtype == DType.F32) {
            code.d2f();
        }
    }

    private void far(CodeBuilder code, Instruction step) {
        ClassDesc number = Elements.primitive(dtype);
        code.loadConstant((int) step.immediate());
        code.invokestatic(FAR_ARGUMENT, "reduce", MethodTypeDesc.of(number, number, CD_int));
    }

    private void compare(CodeBuilder code, Opcode relation) {
        // fcmpg and dcmpg push 1 if either is NaN, which is neither less nor equal.
        switch (dtype) {
            case F32 -> code.fcmpg();
            case F64 -> code.dcmpg();
            case I64 -> code.lcmp();
            default ->
                code.invokestatic(
                        ClassDesc.of("java.lang.Integer"), "compare", MethodTypeDesc.of(CD_int, CD_int, CD_int));
        }
        Label yes = code.newLabel();
        Label end = code.newLabel();
        switch (relation) {
            case LT -> code.iflt(yes);
            case LE -> code.ifle(yes);
            case EQ -> code.ifeq(yes);
            default -> code.ifne(yes);
        }
        code.iconst_0().goto_(end).labelBinding(yes).iconst_1().labelBinding(end);
    }

    private void reinterpret(CodeBuilder code, boolean toBits) {
        switch (dtype) {
            case F32 -> {
                ClassDesc box = ClassDesc.of("java.lang.Float");
                if (toBits) {
                    code.invokestatic(box, "floatToRawIntBits", MethodTypeDesc.of(CD_int, CD_float));
                } else {
                    code.invokestatic(box, "intBitsToFloat", MethodTypeDesc.of(CD_float, CD_int));
                }
            }
            case F64 -> {
                ClassDesc box = ClassDesc.of("java.lang.Double");
                if (toBits) {
                    code.invokestatic(box, "doubleToRawLongBits", MethodTypeDesc.of(CD_long, CD_double));
                } else {
                    code.invokestatic(box, "longBitsToDouble", MethodTypeDesc.of(CD_double, CD_long));
                }
            }
            default -> {} // an integer is its bits
        }
    }

    private void bits(CodeBuilder code, Instruction step) {
        String letter = isWide() ? "L" : "I";
        switch (step.opcode()) {
            case BITS_CONSTANT -> Elements.pushConstant(code, isWide() ? DType.I64 : DType.I32, step.immediate());
            case BITS_ADD -> code.with(operator(letter + "ADD"));
            case BITS_SUB -> code.with(operator(letter + "SUB"));
            case BITS_AND -> code.with(operator(letter + "AND"));
            case BITS_OR -> code.with(operator(letter + "OR"));
            case BITS_XOR -> code.with(operator(letter + "XOR"));
            case SHIFT_LEFT -> shift(code, step, letter + "SHL");
            case SHIFT_RIGHT -> shift(code, step, letter + "SHR");
            case SHIFT_RIGHT_UNSIGNED -> shift(code, step, letter + "USHR");
            default -> throw new AssertionError(step);
        }
    }

    private static void shift(CodeBuilder code, Instruction step, String name) {
        code.loadConstant((int) step.immediate()).with(operator(name));
    }

    private String letter() {
        return switch (dtype) {
            case F32 -> "F";
            case F64 -> "D";
            case I64 -> "L";
            default -> "I";
        };
    }

    private static OperatorInstruction operator(String name) {
        return OperatorInstruction.of(java.lang.classfile.Opcode.valueOf(name));
    }
}
