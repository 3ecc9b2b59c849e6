package org.culebra.kernel.codegen;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.culebra.kernel.codegen.Backend.Address;
import org.culebra.kernel.expression.Program;
import org.culebra.kernel.expression.Program.Instruction;
import org.culebra.kernel.expression.Program.Opcode;

/**
 * Writes a {@link MapLoop}.
 *
 * <p>Every value is computed as far out as its operands allow: from constants and run-time numbers once per call, from
 * inputs that
 * are constant along the row once per row, the others once per register of columns. The last columns of a row, fewer
 * than a
 * register, run through a second copy of the code under a mask.
 */
final class MapWriter {
    private static final int CALL = 0;
    private static final int ROW = 1;
    private static final int ELEMENT = 2;

    private static final MethodTypeDesc RUN = MethodTypeDesc.of(
            CD_void,
            Elements.SEGMENT.arrayType(),
            CD_long.arrayType(),
            CD_long.arrayType(),
            CD_double.arrayType(),
            CD_long,
            CD_long);
    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
    private static final int SEGMENTS = 1;
    private static final int OFFSETS = 2;
    private static final int ROW_STRIDES = 3;
    private static final int SCALARS = 4;
    private static final int ROWS = 5;
    private static final int COLUMNS = 7;

    private final Program program;
    private final Backend backend;
    private final long constantAlongRow;
    private final boolean shortRows;
    private final CodeBuilder code;
    private final List<Instruction> steps;
    private final int[] levels;
    private final int[] lastUses;
    private final int[] slots;
    private final Slots free;
    private final int[] segments;
    private final int[] offsets;
    private final int[] rowStrides;
    private int column;

    private MapWriter(Program program, long constantAlongRow, boolean shortRows, Backend backend, CodeBuilder code) {
        this.shortRows = shortRows;
        this.program = program;
        this.backend = backend;
        this.constantAlongRow = constantAlongRow;
        this.code = code;
        this.steps = program.instructions();
        this.levels = new int[steps.size()];
        this.lastUses = new int[steps.size()];
        this.slots = new int[steps.size()];
        this.free = new Slots(code);
        int operands = program.inputs() + program.uniforms() + program.outputs().size();
        this.segments = new int[operands];
        this.offsets = new int[operands];
        this.rowStrides = new int[operands];
        analyze();
    }

    /**
     * The loop of a program.
     *
     * @param constantAlongRow bit i is set if input i is the same in all columns of a row
     * @param shortRows whether rows are a few registers long, see {@link #writeColumns}
     * @param bits width of the vectors, or 0 for the scalar twin
     */
    static MapLoop write(Program program, long constantAlongRow, boolean shortRows, int bits) {
        Backend backend = Backend.of(program.dtype(), bits);
        return HiddenClasses.define(
                MapLoop.class,
                backend.prefix() + "Map",
                "run",
                RUN,
                code -> new MapWriter(program, constantAlongRow, shortRows, backend, code).write());
    }

    private void analyze() {
        for (int i = 0; i < steps.size(); i++) {
            Instruction step = steps.get(i);
            if (step.opcode() == Opcode.INPUT) {
                levels[i] = isConstant((int) step.immediate()) ? ROW : ELEMENT;
            }
            for (int operand : operands(step)) {
                levels[i] = Math.max(levels[i], levels[operand]);
                lastUses[operand] = i;
            }
        }
        for (int output : program.outputs()) {
            lastUses[output] = Integer.MAX_VALUE;
        }
    }

    private boolean isConstant(int input) {
        return (constantAlongRow >>> input & 1) != 0;
    }

    private static int[] operands(Instruction step) {
        int[] all = {step.a(), step.b(), step.c()};
        return Arrays.copyOf(all, step.opcode().arity());
    }

    private void write() {
        loadOperands();
        emit(CALL, -1);
        int width = backend.dtype().byteSize();
        int end = longLocal(
                () -> code.lload(COLUMNS).loadConstant((long) -backend.lanes()).land());
        int rest = longLocal(() -> code.lload(COLUMNS).lload(end).lsub());
        int mask = -1;
        if (backend.lanes() > 1) {
            mask = code.allocateLocal(TypeKind.REFERENCE);
            backend.partMask(code, rest);
            code.astore(mask);
        }
        int endByte = longLocal(() -> code.lload(end).loadConstant((long) width).lmul());
        column = code.allocateLocal(TypeKind.LONG);
        writeRows(endByte, rest, mask);
        code.return_();
    }

    private void writeRows(int endByte, int rest, int mask) {
        int row = longLocal(code::lconst_0);
        Label nextRow = code.newBoundLabel();
        emit(ROW, -1);
        Label noWhole = code.newLabel();
        code.lload(endByte).lconst_0().lcmp().ifle(noWhole);
        writeColumns(endByte);
        code.labelBinding(noWhole);
        if (mask >= 0) {
            Label noPart = code.newLabel();
            code.lload(rest).lconst_0().lcmp().ifle(noPart);
            code.lload(endByte).lstore(column);
            writeElement(mask);
            code.labelBinding(noPart);
        }
        for (int i = 0; i < offsets.length; i++) {
            if (offsets[i] > 0) {
                code.lload(offsets[i]).lload(rowStrides[i]).ladd().lstore(offsets[i]);
            }
        }
        code.lload(row).lconst_1().ladd().dup2().lstore(row);
        code.lload(ROWS).lcmp().iflt(nextRow);
    }

    /**
     * All whole registers of a row; there is one at least. C2 moves the range checks in front of a loop, where they
     * would fail
     * (and undo the compilation) if the loop ran zero times: that case must not come here.
     *
     * <p>Those checks in front of the loop are some 25 instructions per operand, where one in the loop is two. For short rows they
     * would be most of the work, so there C2 must not recognize what it calls a counted loop: the step is not a constant to it.
     */
    private void writeColumns(int endByte) {
        code.lconst_0().lstore(column);
        Label next = code.newBoundLabel();
        writeElement(-1);
        code.lload(column).loadConstant((long) backend.lanes() * backend.dtype().byteSize());
        if (shortRows) {
            code.lload(endByte).invokestatic(MATH, "min", MethodTypeDesc.of(CD_long, CD_long, CD_long));
        }
        code.ladd().dup2().lstore(column);
        code.lload(endByte).lcmp().iflt(next);
    }

    /** One register of columns, whole or (with a mask) in part: loads, computes, stores. */
    private void writeElement(int mask) {
        emit(ELEMENT, mask);
        int firstOutput = program.inputs() + program.uniforms();
        for (int i = 0; i < program.outputs().size(); i++) {
            Address address = new Address(segments[firstOutput + i], offsets[firstOutput + i], column);
            int value = slots[program.outputs().get(i)];
            if (mask >= 0) {
                backend.storePart(code, address, value, mask);
            } else {
                backend.store(code, address, value);
            }
        }
        // Outputs keep their local variables until here; the other copy of the code takes them over.
        for (int output : program.outputs()) {
            if (levels[output] == ELEMENT) {
                free.release(output);
            }
        }
    }

    /** Brings the memory of every operand that the program uses into local variables, in bytes. */
    private void loadOperands() {
        BitSet used = new BitSet();
        for (Instruction step : steps) {
            if (step.opcode() == Opcode.INPUT) {
                used.set((int) step.immediate());
            }
        }
        used.set(program.inputs() + program.uniforms(), segments.length);
        long width = backend.dtype().byteSize();
        for (int i = used.nextSetBit(0); i >= 0; i = used.nextSetBit(i + 1)) {
            int index = i;
            segments[i] = code.allocateLocal(TypeKind.REFERENCE);
            code.aload(SEGMENTS).loadConstant(index).aaload().astore(segments[i]);
            KnownTypes.nativeSegment(code, segments[i]);
            offsets[i] = longLocal(() -> code.aload(OFFSETS)
                    .loadConstant(index)
                    .laload()
                    .loadConstant(width)
                    .lmul());
            rowStrides[i] = longLocal(() -> code.aload(ROW_STRIDES)
                    .loadConstant(index)
                    .laload()
                    .loadConstant(width)
                    .lmul());
        }
    }

    private int longLocal(Runnable push) {
        int slot = code.allocateLocal(TypeKind.LONG);
        push.run();
        code.lstore(slot);
        return slot;
    }

    private void emit(int level, int mask) {
        for (int i = 0; i < steps.size(); i++) {
            if (levels[i] == level) {
                emitStep(i, mask);
            }
        }
    }

    private void emitStep(int index, int mask) {
        Instruction step = steps.get(index);
        TypeKind kind = backend.local(step.opcode().result());
        switch (step.opcode()) {
            case INPUT -> emitInput((int) step.immediate(), mask);
            case SCALAR ->
                backend.splat(code, () -> {
                    code.aload(SCALARS).loadConstant((int) step.immediate()).daload();
                    Elements.fromDouble(code, program.dtype());
                });
            case CONSTANT -> backend.splat(code, () -> Elements.pushConstant(code, program.dtype(), step.immediate()));
            default -> backend.compute(code, step, value -> slots[value]);
        }
        if (levels[index] == ELEMENT) {
            for (int operand : operands(step)) {
                if (levels[operand] == ELEMENT && lastUses[operand] == index) {
                    free.release(operand);
                }
            }
        }
        slots[index] = free.take(index, kind);
        code.storeLocal(kind, slots[index]);
        if (levels[index] == ELEMENT && lastUses[index] == 0) {
            free.release(index);
        }
    }

    private void emitInput(int input, int mask) {
        if (isConstant(input)) {
            Address address = new Address(segments[input], offsets[input], -1);
            backend.splat(code, () -> Elements.load(code, program.dtype(), address));
            return;
        }
        Address address = new Address(segments[input], offsets[input], column);
        if (mask >= 0) {
            backend.loadPart(code, address, mask);
        } else {
            backend.load(code, address);
        }
    }
}
