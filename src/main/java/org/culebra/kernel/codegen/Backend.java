package org.culebra.kernel.codegen;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.function.IntUnaryOperator;
import org.culebra.kernel.expression.Program.Instruction;
import org.culebra.kernel.expression.Program.Kind;
import org.culebra.kernel.expression.Program.Opcode;
import org.culebra.memory.DType;

/**
 * How one step of a program is written in bytecode: on a whole vector ({@link VectorBackend}) or on one number
 * ({@link ScalarBackend}). Both round alike in every opcode, so that loops written with either give the same bits.
 *
 * <p>A <em>register</em> holds {@link #lanes()} elements and lives in a local variable or on the operand stack, never
 * on the
 * heap.
 */
sealed interface Backend permits ScalarBackend, VectorBackend {

    /** The backend on vectors of so many bits, or the scalar one if {@code bits} is 0. */
    static Backend of(DType dtype, int bits) {
        return bits == 0 ? new ScalarBackend(dtype) : new VectorBackend(dtype, bits);
    }

    /** The type of the elements: f32 or f64, in scalar code i32 and i64 as well. */
    DType dtype();

    /** Elements per register. */
    int lanes();

    /** Start of the names of the classes written with this backend. */
    String prefix();

    /** What kind of local variable holds a value. */
    TypeKind local(Kind kind);

    /** Pushes the register at an address. */
    void load(CodeBuilder code, Address address);

    /** Writes the register in local variable {@code value} to an address. */
    void store(CodeBuilder code, Address address, int value);

    /** Pushes the mask of the first so many lanes, a long local variable; only if {@code lanes() > 1}. */
    void partMask(CodeBuilder code, int count);

    /** Pushes the lanes of a register that {@code mask} selects, zero in the others; only if {@code lanes() > 1}. */
    void loadPart(CodeBuilder code, Address address, int mask);

    /** Writes the lanes that {@code mask} selects; only if {@code lanes() > 1}. */
    void storePart(CodeBuilder code, Address address, int value, int mask);

    /** Pushes a register with one number of the dtype, which {@code push} pushes, in all lanes. */
    void splat(CodeBuilder code, Runnable push);

    /**
     * Computes an instruction that is not an {@code INPUT}, {@code SCALAR} or {@code CONSTANT} and pushes its result.
     *
     * @param slotOf the local variable of a value
     */
    void compute(CodeBuilder code, Instruction step, IntUnaryOperator slotOf);

    /** Tells C2 all about the type of the register on the stack. */
    void exact(CodeBuilder code);

    /** Combines two registers by a binary opcode: {@code …, register, register → …, register}. */
    void combine(CodeBuilder code, Opcode opcode);

    /**
     * Pushes {@code value}'s lanes where {@code mask} selects them, {@code otherwise}'s elsewhere; only if {@code
     * lanes() > 1}.
     */
    void blend(CodeBuilder code, int value, int otherwise, int mask);

    /** Pushes a shuffle that brings lane i + distance to lane i; only if {@code lanes() > 1}. */
    void shuffle(CodeBuilder code, int distance);

    /** Pushes a register's lanes in the order of a shuffle; only if {@code lanes() > 1}. */
    void rearrange(CodeBuilder code, int value, int shuffle);

    /** Lane 0: {@code …, register → …, number}. */
    void firstLane(CodeBuilder code);

    /** An address in memory: the segment in one local variable, the byte offset as the sum of one or two others. */
    record Address(int segment, int base, int index) {
        /** Pushes the byte offset. */
        void pushOffset(CodeBuilder code) {
            code.lload(base);
            if (index >= 0) {
                code.lload(index).ladd();
            }
        }
    }
}
