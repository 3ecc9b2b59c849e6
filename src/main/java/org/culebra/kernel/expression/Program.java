package org.culebra.kernel.expression;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.culebra.memory.DType;

/**
 * An {@link Expression} lowered to straight-line code on the lanes of a vector: every transcendental function is spelled out in
 * arithmetic and bit operations that every backend rounds alike, so that a vector loop of any width and its scalar twin give
 * the same bits.
 *
 * <p>Instructions are in static single assignment form: instruction i defines value i and uses values below i. Two programs are
 * equal when they compute the same thing in the same way; a program is the key of the cache of compiled loops.
 *
 * @param dtype the type of the value lanes: f32, f64, i32 or i64
 * @param inputs number of tensors read
 * @param uniforms number of streams of uniform random numbers; stream s is read by {@code INPUT} as input {@code inputs + s}
 * @param scalars number of run-time numbers
 * @param instructions the code
 * @param outputs the values stored, by instruction
 */
public record Program(
        DType dtype, int inputs, int uniforms, int scalars, List<Instruction> instructions, List<Integer> outputs) {

    /** What a value is: a number of the program's dtype, the same number of bits as an integer, or a truth value. */
    public enum Kind {
        VALUE,
        BITS,
        MASK
    }

    /** An instruction's verb: the kinds of its operands and of its result. */
    public enum Opcode {
        /** Load of input {@code immediate}, or of stream {@code immediate - inputs} of random numbers. */
        INPUT(Kind.VALUE),
        /** Run-time number {@code immediate}, rounded to the dtype. */
        SCALAR(Kind.VALUE),
        /** The number whose {@code double} has the raw bits {@code immediate} (integer dtypes: the integer itself). */
        CONSTANT(Kind.VALUE),
        ADD(Kind.VALUE, Kind.VALUE, Kind.VALUE),
        SUB(Kind.VALUE, Kind.VALUE, Kind.VALUE),
        MUL(Kind.VALUE, Kind.VALUE, Kind.VALUE),
        /** Quotient; of integers it truncates (scalar code only). */
        DIV(Kind.VALUE, Kind.VALUE, Kind.VALUE),
        /** As {@link Math#min}. */
        MIN(Kind.VALUE, Kind.VALUE, Kind.VALUE),
        /** As {@link Math#max}. */
        MAX(Kind.VALUE, Kind.VALUE, Kind.VALUE),
        NEG(Kind.VALUE, Kind.VALUE),
        ABS(Kind.VALUE, Kind.VALUE),
        /** Floating only. */
        SQRT(Kind.VALUE, Kind.VALUE),
        /** a·b + c, rounded once; floating only. */
        FMA(Kind.VALUE, Kind.VALUE, Kind.VALUE, Kind.VALUE),
        LT(Kind.MASK, Kind.VALUE, Kind.VALUE),
        LE(Kind.MASK, Kind.VALUE, Kind.VALUE),
        EQ(Kind.MASK, Kind.VALUE, Kind.VALUE),
        NE(Kind.MASK, Kind.VALUE, Kind.VALUE),
        MASK_AND(Kind.MASK, Kind.MASK, Kind.MASK),
        MASK_OR(Kind.MASK, Kind.MASK, Kind.MASK),
        MASK_NOT(Kind.MASK, Kind.MASK),
        /** b where a, else c. */
        SELECT(Kind.VALUE, Kind.MASK, Kind.VALUE, Kind.VALUE),
        /**
         * {@link FarArgument#reduce}(a, immediate): a itself, but a remainder of it where |a| is beyond every table. Floating only;
         * rare, so that vectors may do it lane by lane once they found that any lane needs it.
         */
        FAR(Kind.VALUE, Kind.VALUE),
        /** The number's bits, 32 or 64 of them. */
        TO_BITS(Kind.BITS, Kind.VALUE),
        /** The number with these bits. */
        FROM_BITS(Kind.VALUE, Kind.BITS),
        /** The integer {@code immediate}, wrapped to the lane. */
        BITS_CONSTANT(Kind.BITS),
        BITS_ADD(Kind.BITS, Kind.BITS, Kind.BITS),
        BITS_SUB(Kind.BITS, Kind.BITS, Kind.BITS),
        BITS_AND(Kind.BITS, Kind.BITS, Kind.BITS),
        BITS_OR(Kind.BITS, Kind.BITS, Kind.BITS),
        BITS_XOR(Kind.BITS, Kind.BITS, Kind.BITS),
        /** Shift by {@code immediate}. */
        SHIFT_LEFT(Kind.BITS, Kind.BITS),
        /** Arithmetic shift by {@code immediate}: the sign is kept. */
        SHIFT_RIGHT(Kind.BITS, Kind.BITS),
        /** Logical shift by {@code immediate}. */
        SHIFT_RIGHT_UNSIGNED(Kind.BITS, Kind.BITS);

        private final Kind result;
        private final Kind[] operands;

        Opcode(Kind result, Kind... operands) {
            this.result = result;
            this.operands = operands;
        }

        /** The kind of what it defines. */
        public Kind result() {
            return result;
        }

        /** How many values it uses. */
        public int arity() {
            return operands.length;
        }

        /** The kind of its i-th operand. */
        public Kind operand(int i) {
            return operands[i];
        }
    }

    /** One step; operands that the opcode does not use are −1. */
    public record Instruction(Opcode opcode, int a, int b, int c, long immediate) {}

    /** The kind of a value. */
    public Kind kind(int value) {
        return instructions.get(value).opcode().result();
    }

    /** A value under construction; it belongs to one {@link Builder}. */
    public static final class Value {
        private final int index;
        private final Kind kind;

        private Value(int index, Kind kind) {
            this.index = index;
            this.kind = kind;
        }

        /** The instruction that defines it. */
        public int index() {
            return index;
        }
    }

    /** Writes a program. A step that was already written yields the same value again (value numbering). */
    public static final class Builder {
        private final DType dtype;
        private final List<Instruction> instructions = new ArrayList<>();
        private final Map<Instruction, Value> numbering = new HashMap<>();

        /** An empty program on lanes of {@code dtype}: f32, f64, i32 or i64. */
        public Builder(DType dtype) {
            this.dtype = dtype;
        }

        /** The type of the value lanes. */
        public DType dtype() {
            return dtype;
        }

        /** True on f64, false on f32: which coefficients a function takes. */
        public boolean isWide() {
            return dtype == DType.F64;
        }

        private Value emit(Opcode opcode, long immediate, Value... operands) {
            if (operands.length != opcode.arity()) {
                throw new IllegalArgumentException(opcode + " takes " + opcode.arity() + " operands");
            }
            for (int i = 0; i < operands.length; i++) {
                if (operands[i].kind != opcode.operand(i)) {
                    throw new IllegalArgumentException(
                            opcode + " takes " + opcode.operand(i) + " as operand " + i + ", not " + operands[i].kind);
                }
            }
            int[] used = new int[] {-1, -1, -1};
            Arrays.setAll(used, i -> i < operands.length ? operands[i].index : -1);
            var instruction = new Instruction(opcode, used[0], used[1], used[2], immediate);
            return numbering.computeIfAbsent(instruction, step -> {
                instructions.add(step);
                return new Value(instructions.size() - 1, opcode.result());
            });
        }

        public Value input(int index) {
            return emit(Opcode.INPUT, index);
        }

        public Value scalar(int index) {
            return emit(Opcode.SCALAR, index);
        }

        /** A number, rounded to the dtype when the code is made. */
        public Value constant(double value) {
            return emit(Opcode.CONSTANT, dtype.isFloating() ? Double.doubleToRawLongBits(value) : (long) value);
        }

        public Value add(Value a, Value b) {
            return emit(Opcode.ADD, 0, a, b);
        }

        public Value sub(Value a, Value b) {
            return emit(Opcode.SUB, 0, a, b);
        }

        public Value mul(Value a, Value b) {
            return emit(Opcode.MUL, 0, a, b);
        }

        public Value div(Value a, Value b) {
            return emit(Opcode.DIV, 0, a, b);
        }

        public Value min(Value a, Value b) {
            return emit(Opcode.MIN, 0, a, b);
        }

        public Value max(Value a, Value b) {
            return emit(Opcode.MAX, 0, a, b);
        }

        public Value neg(Value a) {
            return emit(Opcode.NEG, 0, a);
        }

        public Value abs(Value a) {
            return emit(Opcode.ABS, 0, a);
        }

        public Value sqrt(Value a) {
            return emit(Opcode.SQRT, 0, a);
        }

        /** a·b + c, rounded once. */
        public Value fma(Value a, Value b, Value c) {
            return emit(Opcode.FMA, 0, a, b, c);
        }

        /** What {@link FarArgument#reduce} makes of a. */
        public Value far(Value a, int kind) {
            return emit(Opcode.FAR, kind, a);
        }

        public Value lt(Value a, Value b) {
            return emit(Opcode.LT, 0, a, b);
        }

        public Value le(Value a, Value b) {
            return emit(Opcode.LE, 0, a, b);
        }

        public Value eq(Value a, Value b) {
            return emit(Opcode.EQ, 0, a, b);
        }

        public Value ne(Value a, Value b) {
            return emit(Opcode.NE, 0, a, b);
        }

        public Value and(Value a, Value b) {
            return emit(a.kind == Kind.MASK ? Opcode.MASK_AND : Opcode.BITS_AND, 0, a, b);
        }

        public Value or(Value a, Value b) {
            return emit(a.kind == Kind.MASK ? Opcode.MASK_OR : Opcode.BITS_OR, 0, a, b);
        }

        public Value xor(Value a, Value b) {
            return emit(Opcode.BITS_XOR, 0, a, b);
        }

        /** The opposite truth value. */
        public Value not(Value mask) {
            return emit(Opcode.MASK_NOT, 0, mask);
        }

        /** {@code then} where the mask is set, else {@code otherwise}. */
        public Value select(Value mask, Value then, Value otherwise) {
            return emit(Opcode.SELECT, 0, mask, then, otherwise);
        }

        /** The bits of a number, as an integer of the same size. */
        public Value toBits(Value a) {
            return emit(Opcode.TO_BITS, 0, a);
        }

        /** The number with these bits. */
        public Value fromBits(Value bits) {
            return emit(Opcode.FROM_BITS, 0, bits);
        }

        /** An integer constant of the lane's size. */
        public Value bits(long value) {
            return emit(Opcode.BITS_CONSTANT, isWide() || dtype == DType.I64 ? value : (int) value);
        }

        public Value bitsAdd(Value a, Value b) {
            return emit(Opcode.BITS_ADD, 0, a, b);
        }

        public Value bitsSub(Value a, Value b) {
            return emit(Opcode.BITS_SUB, 0, a, b);
        }

        public Value shiftLeft(Value a, int count) {
            return emit(Opcode.SHIFT_LEFT, count, a);
        }

        /** Arithmetic shift: the sign is kept. */
        public Value shiftRight(Value a, int count) {
            return emit(Opcode.SHIFT_RIGHT, count, a);
        }

        /** Logical shift: zeros come in. */
        public Value shiftRightUnsigned(Value a, int count) {
            return emit(Opcode.SHIFT_RIGHT_UNSIGNED, count, a);
        }

        /** The program that stores these values and draws no random numbers. */
        public Program build(int inputs, int scalars, List<Value> outputs) {
            return build(inputs, 0, scalars, outputs);
        }

        /** The program that stores these values; inputs, streams and scalars that it never reads still count. */
        public Program build(int inputs, int uniforms, int scalars, List<Value> outputs) {
            return new Program(
                    dtype,
                    inputs,
                    uniforms,
                    scalars,
                    List.copyOf(instructions),
                    outputs.stream().map(Value::index).toList());
        }
    }
}
